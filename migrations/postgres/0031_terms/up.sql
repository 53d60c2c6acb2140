-- The version of the tenant's terms that a user has accepted last, and when.
ALTER TABLE users ADD COLUMN terms_version TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN terms_accepted_at BIGINT;
