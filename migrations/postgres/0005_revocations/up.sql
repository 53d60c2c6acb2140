-- Clients and users whose tokens, issued until then, are dead. A row is kept while one of them could be accepted.
CREATE TABLE revocations (
    tenant_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject, id)
);
CREATE INDEX revocations_expiry ON revocations (expires_at);

-- JWT access tokens that were revoked one by one, by their jti: revoked_tokens has the hashes.
CREATE TABLE revoked_jwts (
    tenant_id TEXT COLLATE "C" NOT NULL,
    jti TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    revoked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, jti)
);
CREATE INDEX revoked_jwts_expiry ON revoked_jwts (expires_at);

-- The lifetime of access tokens before it was lowered, while one of them could be accepted.
CREATE TABLE token_lifetimes (
    tenant_id TEXT COLLATE "C" NOT NULL,
    seconds BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- The few grants that were revoked recently.
CREATE INDEX grants_revoked ON grants (tenant_id, revoked_at) WHERE revoked_at IS NOT NULL;
