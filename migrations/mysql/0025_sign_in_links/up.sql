-- Links by which somebody signs in without a password, each once: mailed to whoever asked, or made by an operator.
CREATE TABLE IF NOT EXISTS sign_in_links (
    tenant_id VARBINARY(190) NOT NULL,
    secret VARBINARY(32) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    kind VARBINARY(64) NOT NULL,
    address MEDIUMTEXT,
    user_epoch BIGINT NOT NULL,
    request MEDIUMTEXT,
    client_id VARBINARY(760),
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, secret),
    KEY sign_in_links_user (tenant_id, user_id),
    KEY sign_in_links_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
