-- Sign-ups under way: who has asked for an account and not proven yet that they read the address, at most one for each
-- address and kind. There is no user until they have.
CREATE TABLE IF NOT EXISTS sign_ups (
    tenant_id VARBINARY(190) NOT NULL,
    email_key VARBINARY(760) NOT NULL,
    kind VARBINARY(64) NOT NULL,
    secret VARBINARY(32) NOT NULL,
    address MEDIUMTEXT NOT NULL,
    request MEDIUMTEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, email_key, kind),
    UNIQUE KEY sign_ups_secret (tenant_id, secret),
    KEY sign_ups_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
