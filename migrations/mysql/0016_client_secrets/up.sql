-- The secrets of clients. The first of each stands in clients.secret_hash and clients.secret_sealed too, where the version
-- before looks for it.
CREATE TABLE IF NOT EXISTS client_secrets (
    tenant_id VARBINARY(190) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    secret_id VARBINARY(190) NOT NULL,
    hash VARBINARY(32) NOT NULL,
    sealed MEDIUMBLOB,
    hint MEDIUMTEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, client_id, secret_id),
    KEY client_secrets_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Whether the client is a service account: 1, or absent. Added unless it exists: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'clients' AND column_name = 'service_account');
SET @make = IF(@there = 0, 'ALTER TABLE clients ADD COLUMN service_account BIGINT', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'clients' AND index_name = 'clients_service_account');
SET @make = IF(@there = 0, 'CREATE INDEX clients_service_account ON clients (tenant_id, service_account, client_id)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
