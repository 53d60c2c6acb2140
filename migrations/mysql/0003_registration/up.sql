-- Clients that registered themselves: the hash of the token that manages it, and until when one is kept that is not used.
CREATE TABLE IF NOT EXISTS registrations (
    tenant_id VARBINARY(190) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    token_hash VARBINARY(32) NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, client_id),
    KEY registrations_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Initial access tokens: who may register clients where not everybody may.
CREATE TABLE IF NOT EXISTS initial_access_tokens (
    tenant_id VARBINARY(190) NOT NULL,
    hash VARBINARY(32) NOT NULL,
    token_id VARBINARY(190) NOT NULL,
    name MEDIUMTEXT NOT NULL,
    remaining BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, hash),
    KEY initial_access_tokens_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
