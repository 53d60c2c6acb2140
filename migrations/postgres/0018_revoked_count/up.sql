-- How many access tokens were revoked one by one, of any tenant: what caches of living tokens check.
ALTER TABLE revision ADD COLUMN revoked BIGINT NOT NULL DEFAULT 0;
