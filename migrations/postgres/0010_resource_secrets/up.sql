-- Secrets by which services check access tokens that cannot read public keys, each for one resource of one client. The
-- secret is encrypted under the master key.
CREATE TABLE resource_secrets (
    tenant_id TEXT COLLATE "C" NOT NULL,
    kid TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, kid)
);
CREATE INDEX resource_secrets_expiry ON resource_secrets (expires_at);

-- When a backup was last restored, as an operator says.
ALTER TABLE revision ADD COLUMN restored_at BIGINT;
