-- The version of the tenant's terms that a user has accepted last, and when.
-- Each column is made unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'terms_version');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN terms_version VARBINARY(190)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;

SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'terms_accepted_at');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN terms_accepted_at BIGINT', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
