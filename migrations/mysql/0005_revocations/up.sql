-- Clients and users whose tokens, issued until then, are dead. A row is kept while one of them could be accepted.
CREATE TABLE IF NOT EXISTS revocations (
    tenant_id VARBINARY(190) NOT NULL,
    subject VARBINARY(190) NOT NULL,
    id VARBINARY(760) NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject, id),
    KEY revocations_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- JWT access tokens that were revoked one by one, by their jti: revoked_tokens has the hashes.
CREATE TABLE IF NOT EXISTS revoked_jwts (
    tenant_id VARBINARY(190) NOT NULL,
    jti VARBINARY(760) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    revoked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, jti),
    KEY revoked_jwts_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The lifetime of access tokens before it was lowered, while one of them could be accepted.
CREATE TABLE IF NOT EXISTS token_lifetimes (
    tenant_id VARBINARY(190) NOT NULL,
    seconds BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The few grants that were revoked recently. Written like this since neither MySQL nor MariaDB keeps the statements of a
-- migration together, and only MariaDB has CREATE INDEX IF NOT EXISTS.
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'grants' AND index_name = 'grants_revoked');
SET @make = IF(@there = 0, 'CREATE INDEX grants_revoked ON grants (tenant_id, revoked_at)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
