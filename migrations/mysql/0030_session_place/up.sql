-- Where a person was when they signed in: names of city and country, where the provider has a file of places. Each statement
-- may be run again after a start that was cut off; MySQL has no ADD COLUMN IF NOT EXISTS.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'sessions' AND column_name = 'place');
SET @make = IF(@there = 0, 'ALTER TABLE sessions ADD COLUMN place MEDIUMTEXT', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
