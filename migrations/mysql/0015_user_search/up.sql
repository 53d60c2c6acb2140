-- What operators search users by, in the form that is compared. email_search is that of any address, verified or not: empty
-- where there is none, and absent where a node of an earlier version wrote the row, until a later one fills it in. The
-- other two are absent where there is nothing to find.
-- Each part is made unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'email_search');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN email_search VARBINARY(1020)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'phone_search');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN phone_search VARBINARY(1020)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'name_search');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN name_search VARBINARY(1020)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_email_search');
SET @make = IF(@there = 0, 'CREATE INDEX users_email_search ON users (tenant_id, email_search, user_id)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_phone_search');
SET @make = IF(@there = 0, 'CREATE INDEX users_phone_search ON users (tenant_id, phone_search, user_id)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_name_search');
SET @make = IF(@there = 0, 'CREATE INDEX users_name_search ON users (tenant_id, name_search, user_id)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_created');
SET @make = IF(@there = 0, 'CREATE INDEX users_created ON users (tenant_id, created_at, user_id)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_disabled');
SET @make = IF(@there = 0, 'CREATE INDEX users_disabled ON users (tenant_id, disabled_at, user_id)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
