-- How many access tokens were revoked one by one, of any tenant: what caches of living tokens check.
-- Added unless it exists: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'revision' AND column_name = 'revoked');
SET @make = IF(@there = 0, 'ALTER TABLE revision ADD COLUMN revoked BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
