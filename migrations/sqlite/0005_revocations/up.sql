-- Clients and users whose tokens, issued until then, are dead. A row is kept while one of them could be accepted.
CREATE TABLE revocations (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject, id)
) WITHOUT ROWID;
CREATE INDEX revocations_expiry ON revocations (expires_at);

-- JWT access tokens that were revoked one by one, by their jti: revoked_tokens has the hashes.
CREATE TABLE revoked_jwts (
    tenant_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    client_id TEXT NOT NULL,
    revoked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, jti)
) WITHOUT ROWID;
CREATE INDEX revoked_jwts_expiry ON revoked_jwts (expires_at);

-- The lifetime of access tokens before it was lowered, while one of them could be accepted.
CREATE TABLE token_lifetimes (
    tenant_id TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
) WITHOUT ROWID;

-- The few grants that were revoked recently.
CREATE INDEX grants_revoked ON grants (tenant_id, revoked_at) WHERE revoked_at IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('grants', 'grants_revoked', '10000 1000 2'),
    ('revocations', 'revocations', '1000 100 50 1'),
    ('revocations', 'revocations_expiry', '1000 10'),
    ('revoked_jwts', 'revoked_jwts', '10000 1000 1'),
    ('revoked_jwts', 'revoked_jwts_expiry', '10000 10');
ANALYZE sqlite_schema;
