-- Another address of mail that somebody wants and has not proven yet: at most one for each user.
CREATE TABLE IF NOT EXISTS email_changes (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    secret VARBINARY(32) NOT NULL,
    address MEDIUMTEXT NOT NULL,
    was MEDIUMTEXT NOT NULL,
    user_epoch BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    UNIQUE KEY email_changes_secret (tenant_id, secret),
    KEY email_changes_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Addresses that were replaced, while whoever reads them may have them back.
CREATE TABLE IF NOT EXISTS email_undos (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    secret VARBINARY(32) NOT NULL,
    address MEDIUMTEXT NOT NULL,
    username MEDIUMTEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, secret),
    UNIQUE KEY email_undos_secret (tenant_id, secret),
    KEY email_undos_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
