-- The authentication context that a sign-in reached (acr, OpenID Connect Core 2), where it reached one. Each statement
-- may be run again after a start that was cut off; MySQL has no ADD COLUMN IF NOT EXISTS.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'sessions' AND column_name = 'acr');
SET @make = IF(@there = 0, 'ALTER TABLE sessions ADD COLUMN acr MEDIUMTEXT', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
