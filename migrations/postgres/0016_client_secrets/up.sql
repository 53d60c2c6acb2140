-- The secrets of clients. The first of each stands in clients.secret_hash and clients.secret_sealed too, where the version
-- before looks for it.
CREATE TABLE client_secrets (
    tenant_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    secret_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    sealed BYTEA,
    hint TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, client_id, secret_id)
);
CREATE INDEX client_secrets_expiry ON client_secrets (expires_at);

-- Whether the client is a service account: 1, or absent.
ALTER TABLE clients ADD COLUMN service_account BIGINT;
CREATE INDEX clients_service_account ON clients (tenant_id, service_account, client_id);
