-- Every key begins with the tenant. Times are seconds since the epoch; hashes are 32 bytes;
-- what no
-- query looks into is JSON text. Text is compared and ordered byte by byte, whatever the database's own locale.

-- Counts the changes of tenants, clients and keys: caches check it.
CREATE TABLE revision (
    id INTEGER NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO revision (id, value) VALUES (1, 1);

CREATE TABLE tenants (
    tenant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    settings TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX tenants_name ON tenants (name);

CREATE TABLE clients (
    tenant_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    epoch BIGINT NOT NULL,
    secret_hash BYTEA,
    secret_sealed BYTEA,
    metadata TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, client_id)
);

-- The web origins from which scripts of the client may call: those of its redirect URIs.
CREATE TABLE client_origins (
    tenant_id TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, origin, client_id)
);
CREATE INDEX client_origins_client ON client_origins (tenant_id, client_id);

-- The private keys are encrypted under the master key, which is not stored here.
CREATE TABLE signing_keys (
    tenant_id TEXT COLLATE "C" NOT NULL,
    kid TEXT COLLATE "C" NOT NULL,
    algorithm TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    disabled_at BIGINT,
    retire_at BIGINT,
    PRIMARY KEY (tenant_id, kid)
);

-- Secrets of the installation, encrypted under the master key.
CREATE TABLE secrets (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- username_key is the form of the username that is compared.
CREATE TABLE users (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    username TEXT COLLATE "C" NOT NULL,
    username_key TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    epoch BIGINT NOT NULL,
    password_hash TEXT COLLATE "C",
    claims TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE UNIQUE INDEX users_username ON users (tenant_id, username_key);

CREATE TABLE sessions (
    tenant_id TEXT COLLATE "C" NOT NULL,
    handle BYTEA NOT NULL,
    sid TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    user_epoch BIGINT NOT NULL,
    auth_time BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    amr TEXT COLLATE "C" NOT NULL,
    user_agent TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, handle)
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE requests (
    tenant_id TEXT COLLATE "C" NOT NULL,
    handle BYTEA NOT NULL,
    browser BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, handle)
);
CREATE INDEX requests_expiry ON requests (expires_at);

-- A grant with its code and its refresh tokens, of which each begins with the grant_id, so that all is found
-- and written by one key. Ids are ordered by time: what is created together is stored together. Until the code is
-- redeemed the row expires with it; then it lasts until ends_at. The free space lets an update stay on its
-- page, where it needs no new entries in the indexes.
CREATE TABLE grants (
    tenant_id TEXT COLLATE "C" NOT NULL,
    grant_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    client_epoch BIGINT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    user_epoch BIGINT NOT NULL,
    sid TEXT COLLATE "C" NOT NULL,
    offline INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    auth_time BIGINT NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C" NOT NULL,
    code_hash BYTEA,
    code_expires_at BIGINT,
    spent_at BIGINT,
    code TEXT COLLATE "C",
    refresh_hash BYTEA,
    refresh_expires_at BIGINT,
    previous_hash BYTEA,
    rotated_at BIGINT,
    PRIMARY KEY (tenant_id, grant_id)
) WITH (fillfactor = 80);
CREATE INDEX grants_user ON grants (tenant_id, user_id, client_id);
CREATE INDEX grants_expiry ON grants (expires_at);

-- Opaque access tokens.
CREATE TABLE access_tokens (
    tenant_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    jti TEXT COLLATE "C" NOT NULL,
    grant_id TEXT COLLATE "C",
    client_id TEXT COLLATE "C" NOT NULL,
    client_epoch BIGINT NOT NULL,
    user_id TEXT COLLATE "C",
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);

-- Access tokens of either form that were revoked before they expired.
CREATE TABLE revoked_tokens (
    tenant_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

CREATE TABLE consents (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, client_id)
);
CREATE INDEX consents_client ON consents (tenant_id, client_id);

CREATE TABLE replays (
    tenant_id TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, purpose, hash)
);
CREATE INDEX replays_expiry ON replays (expires_at);

-- Attempts counted in windows.
CREATE TABLE rate_limits (
    tenant_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    count BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX rate_limits_expiry ON rate_limits (expires_at);
