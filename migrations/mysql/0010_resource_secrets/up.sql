-- Secrets by which services check access tokens that cannot read public keys, each for one resource of one client. The
-- secret is encrypted under the master key.
CREATE TABLE IF NOT EXISTS resource_secrets (
    tenant_id VARBINARY(190) NOT NULL,
    kid VARBINARY(760) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    resource MEDIUMTEXT NOT NULL,
    sealed MEDIUMBLOB NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, kid),
    KEY resource_secrets_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- When a backup was last restored, as an operator says.
-- Added unless it exists: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'revision' AND column_name = 'restored_at');
SET @make = IF(@there = 0, 'ALTER TABLE revision ADD COLUMN restored_at BIGINT', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
