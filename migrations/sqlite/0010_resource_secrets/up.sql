-- Secrets by which services check access tokens that cannot read public keys, each for one resource of one client. The
-- secret is encrypted under the master key.
CREATE TABLE resource_secrets (
    tenant_id TEXT NOT NULL,
    kid TEXT NOT NULL,
    client_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, kid)
) WITHOUT ROWID;
CREATE INDEX resource_secrets_expiry ON resource_secrets (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('resource_secrets', 'resource_secrets', '100 10 1'),
    ('resource_secrets', 'resource_secrets_expiry', '100 10');
ANALYZE sqlite_schema;

-- When a backup was last restored, as an operator says.
ALTER TABLE revision ADD COLUMN restored_at BIGINT;
