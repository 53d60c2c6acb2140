-- The authentication context that a sign-in reached (acr, OpenID Connect Core 2), where it reached one.
ALTER TABLE sessions ADD COLUMN acr TEXT;
