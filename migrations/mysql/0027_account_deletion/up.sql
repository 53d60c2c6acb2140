-- Accounts that are to be deleted: until then they are disabled, and who asked for it may keep theirs. secret and
-- reminder_secret are the hashes of what the mails hold; disabled_before is when the account was disabled otherwise.
-- password_change_required of a user is 1 when the next sign-in has to change the password.
CREATE TABLE IF NOT EXISTS user_deletions (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    requested_at BIGINT NOT NULL,
    deletes_at BIGINT NOT NULL,
    own BIGINT NOT NULL,
    disabled_before BIGINT,
    secret VARBINARY(32),
    reminder_secret VARBINARY(32),
    reminds_at BIGINT,
    lang VARBINARY(64) NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    UNIQUE KEY user_deletions_secret (tenant_id, secret),
    UNIQUE KEY user_deletions_reminder (tenant_id, reminder_secret),
    KEY user_deletions_due (deletes_at),
    KEY user_deletions_reminds (reminds_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Each part is made unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'password_change_required');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN password_change_required BIGINT', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
