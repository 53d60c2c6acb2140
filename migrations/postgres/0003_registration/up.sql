-- Clients that registered themselves: the hash of the token that manages it, and until when one is kept that is not used.
CREATE TABLE registrations (
    tenant_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, client_id)
);
CREATE INDEX registrations_expiry ON registrations (expires_at) WHERE expires_at IS NOT NULL;

-- Initial access tokens: who may register clients where not everybody may.
CREATE TABLE initial_access_tokens (
    tenant_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    token_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    remaining BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX initial_access_tokens_expiry ON initial_access_tokens (expires_at) WHERE expires_at IS NOT NULL;
