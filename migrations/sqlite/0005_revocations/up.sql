-- Clients and users whose tokens, made until then, are dead. A row lasts for as long as one of them could live.
CREATE TABLE revocations (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject, id)
) WITHOUT ROWID;
CREATE INDEX revocations_expiry ON revocations (expires_at);

-- Access tokens in the form of a JWT that were revoked one by one, by name: `revoked_tokens` has their hashes.
CREATE TABLE revoked_jwts (
    tenant_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    client_id TEXT NOT NULL,
    revoked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, jti)
) WITHOUT ROWID;
CREATE INDEX revoked_jwts_expiry ON revoked_jwts (expires_at);

-- How long access tokens lived before that was lowered, for as long as one of them could live.
CREATE TABLE token_lifetimes (
    tenant_id TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
) WITHOUT ROWID;

-- The few grants that were revoked lately.
CREATE INDEX grants_revoked ON grants (tenant_id, revoked_at) WHERE revoked_at IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('grants', 'grants_revoked', '10000 1000 2'),
    ('revocations', 'revocations', '1000 100 50 1'),
    ('revocations', 'revocations_expiry', '1000 10'),
    ('revoked_jwts', 'revoked_jwts', '10000 1000 1'),
    ('revoked_jwts', 'revoked_jwts_expiry', '10000 10');
ANALYZE sqlite_schema;
