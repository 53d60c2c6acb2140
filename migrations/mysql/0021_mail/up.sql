-- Mails that wait to be sent, encrypted.
CREATE TABLE IF NOT EXISTS mails (
    seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tenant_id VARBINARY(190) NOT NULL,
    kind VARBINARY(64) NOT NULL,
    sealed MEDIUMBLOB NOT NULL,
    next_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    expires_at BIGINT NOT NULL,
    KEY mails_tenant (tenant_id),
    KEY mails_next (next_at),
    KEY mails_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- What was mailed to a person, for them to prove that they read it: at most one for each purpose.
CREATE TABLE IF NOT EXISTS email_challenges (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    purpose VARBINARY(64) NOT NULL,
    secret VARBINARY(32) NOT NULL,
    address MEDIUMTEXT NOT NULL,
    user_epoch BIGINT NOT NULL,
    request MEDIUMTEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, purpose),
    UNIQUE KEY email_challenges_secret (tenant_id, secret),
    KEY email_challenges_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
