-- The secrets of clients. The first of each stands in clients.secret_hash and clients.secret_sealed too, where the version
-- before looks for it.
CREATE TABLE client_secrets (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    secret_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    sealed BLOB,
    hint TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, client_id, secret_id)
) WITHOUT ROWID;
CREATE INDEX client_secrets_expiry ON client_secrets (expires_at);

-- Whether the client is a service account: 1, or absent.
ALTER TABLE clients ADD COLUMN service_account BIGINT;
CREATE INDEX clients_service_account ON clients (tenant_id, service_account, client_id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('clients', 'clients_service_account', '10000 1000 500 1'),
    ('client_secrets', 'client_secrets', '1000 1000 2 1'),
    ('client_secrets', 'client_secrets_expiry', '1000 10');
ANALYZE sqlite_schema;
