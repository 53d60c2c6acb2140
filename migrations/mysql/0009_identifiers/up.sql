-- The verified address that a person may sign in with, in the form that is compared. Empty where there is none, and absent
-- where a node of an earlier version wrote the row, until a later one fills it in. It is not unique: of two accounts that
-- have the same address, neither signs in by it.
-- Each part is made unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'email_key');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN email_key VARBINARY(1020)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_email');
SET @make = IF(@there = 0, 'CREATE INDEX users_email ON users (tenant_id, email_key)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;

-- What usernames look like (UTS 39 4), so that of two that look alike one is given. A row counts while its user exists and
-- still looks like that. Otherwise the next user takes it over.
CREATE TABLE IF NOT EXISTS username_looks (
    tenant_id VARBINARY(190) NOT NULL,
    look VARBINARY(32) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    PRIMARY KEY (tenant_id, look),
    KEY username_looks_user (tenant_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
