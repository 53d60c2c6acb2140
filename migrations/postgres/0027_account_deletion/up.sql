-- Accounts that are to be deleted: until then they are disabled, and who asked for it may keep theirs. secret and
-- reminder_secret are the hashes of what the mails hold; disabled_before is when the account was disabled otherwise.
-- password_change_required of a user is 1 when the next sign-in has to change the password.
CREATE TABLE user_deletions (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    requested_at BIGINT NOT NULL,
    deletes_at BIGINT NOT NULL,
    own BIGINT NOT NULL,
    disabled_before BIGINT,
    secret BYTEA,
    reminder_secret BYTEA,
    reminds_at BIGINT,
    lang TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE UNIQUE INDEX user_deletions_secret ON user_deletions (tenant_id, secret);
CREATE UNIQUE INDEX user_deletions_reminder ON user_deletions (tenant_id, reminder_secret);
CREATE INDEX user_deletions_due ON user_deletions (deletes_at);
CREATE INDEX user_deletions_reminds ON user_deletions (reminds_at);
ALTER TABLE users ADD COLUMN password_change_required BIGINT;
