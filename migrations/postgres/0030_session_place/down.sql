ALTER TABLE sessions DROP COLUMN place;
