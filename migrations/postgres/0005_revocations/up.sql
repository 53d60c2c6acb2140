-- Clients and users whose tokens, made until then, are dead. A row lasts for as long as one of them could live.
CREATE TABLE revocations (
    tenant_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject, id)
);
CREATE INDEX revocations_expiry ON revocations (expires_at);

-- Access tokens in the form of a JWT that were revoked one by one, by name: `revoked_tokens` has their hashes.
CREATE TABLE revoked_jwts (
    tenant_id TEXT COLLATE "C" NOT NULL,
    jti TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    revoked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, jti)
);
CREATE INDEX revoked_jwts_expiry ON revoked_jwts (expires_at);

-- How long access tokens lived before that was lowered, for as long as one of them could live.
CREATE TABLE token_lifetimes (
    tenant_id TEXT COLLATE "C" NOT NULL,
    seconds BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- The few grants that were revoked lately.
CREATE INDEX grants_revoked ON grants (tenant_id, revoked_at) WHERE revoked_at IS NOT NULL;
