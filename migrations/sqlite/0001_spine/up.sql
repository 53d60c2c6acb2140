-- Every key begins with the tenant. Times are seconds since the epoch; hashes are blobs of 32 bytes;
-- what no query looks into is JSON text. Rows that are found by one key alone live in that key's
-- tree (WITHOUT ROWID); rows with long texts, which would make that tree deep, do not.

-- Counts the changes of tenants, clients and keys: caches check it.
CREATE TABLE revision (
    id INTEGER NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO revision (id, value) VALUES (1, 1);

CREATE TABLE tenants (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    settings TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX tenants_name ON tenants (name);

CREATE TABLE clients (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    epoch BIGINT NOT NULL,
    secret_hash BLOB,
    secret_sealed BLOB,
    metadata TEXT NOT NULL,
    PRIMARY KEY (tenant_id, client_id)
);

-- The web origins from which scripts of the client may call: those of its redirect URIs.
CREATE TABLE client_origins (
    tenant_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    client_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, origin, client_id)
) WITHOUT ROWID;
CREATE INDEX client_origins_client ON client_origins (tenant_id, client_id);

-- The private keys are encrypted under the master key, which is not stored here.
CREATE TABLE signing_keys (
    tenant_id TEXT NOT NULL,
    kid TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    disabled_at BIGINT,
    retire_at BIGINT,
    PRIMARY KEY (tenant_id, kid)
);

-- Secrets of the installation, encrypted under the master key.
CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

-- username_key is the form of the username that is compared.
CREATE TABLE users (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    epoch BIGINT NOT NULL,
    password_hash TEXT,
    claims TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE UNIQUE INDEX users_username ON users (tenant_id, username_key);

CREATE TABLE sessions (
    tenant_id TEXT NOT NULL,
    handle BLOB NOT NULL,
    sid TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_epoch BIGINT NOT NULL,
    auth_time BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    amr TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    PRIMARY KEY (tenant_id, handle)
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE requests (
    tenant_id TEXT NOT NULL,
    handle BLOB NOT NULL,
    browser BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (tenant_id, handle)
) WITHOUT ROWID;
CREATE INDEX requests_expiry ON requests (expires_at);

-- A grant with its code and its refresh tokens, of which each begins with the grant_id, so that all is found
-- and written by one key. Ids are ordered by time: what is created together is stored together. Until the code is
-- redeemed the row expires with it; then it lasts until ends_at.
CREATE TABLE grants (
    tenant_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_epoch BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    user_epoch BIGINT NOT NULL,
    sid TEXT NOT NULL,
    offline INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    auth_time BIGINT NOT NULL,
    scope TEXT NOT NULL,
    details TEXT NOT NULL,
    code_hash BLOB,
    code_expires_at BIGINT,
    spent_at BIGINT,
    code TEXT,
    refresh_hash BLOB,
    refresh_expires_at BIGINT,
    previous_hash BLOB,
    rotated_at BIGINT,
    PRIMARY KEY (tenant_id, grant_id)
);
CREATE INDEX grants_user ON grants (tenant_id, user_id, client_id);
CREATE INDEX grants_expiry ON grants (expires_at);

-- Opaque access tokens.
CREATE TABLE access_tokens (
    tenant_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    jti TEXT NOT NULL,
    grant_id TEXT,
    client_id TEXT NOT NULL,
    client_epoch BIGINT NOT NULL,
    user_id TEXT,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) WITHOUT ROWID;
CREATE INDEX access_tokens_expiry ON access_tokens (expires_at);

-- Access tokens of either form that were revoked before they expired.
CREATE TABLE revoked_tokens (
    tenant_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) WITHOUT ROWID;
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

CREATE TABLE consents (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, client_id)
) WITHOUT ROWID;
CREATE INDEX consents_client ON consents (tenant_id, client_id);

CREATE TABLE replays (
    tenant_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    hash BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, purpose, hash)
) WITHOUT ROWID;
CREATE INDEX replays_expiry ON replays (expires_at);

-- Attempts counted in windows.
CREATE TABLE rate_limits (
    tenant_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    count BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) WITHOUT ROWID;
CREATE INDEX rate_limits_expiry ON rate_limits (expires_at);

-- What the planner shall assume: many rows per tenant, few per user, one per key. Without this it prefers to
-- scan a whole tenant, whose rows are adjacent, to using an index. Nothing runs ANALYZE again.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('tenants', 'tenants', '100 1'),
    ('tenants', 'tenants_name', '100 1'),
    ('clients', 'sqlite_autoindex_clients_1', '10000 1000 1'),
    ('signing_keys', 'sqlite_autoindex_signing_keys_1', '1000 10 1'),
    ('users', 'sqlite_autoindex_users_1', '1000000 100000 1'),
    ('users', 'users_username', '1000000 100000 1'),
    ('sessions', 'sessions', '1000000 100000 1'),
    ('sessions', 'sessions_user', '1000000 100000 2'),
    ('sessions', 'sessions_expiry', '1000000 10'),
    ('requests', 'requests', '100000 10000 1'),
    ('requests', 'requests_expiry', '100000 10'),
    ('grants', 'sqlite_autoindex_grants_1', '1000000 100000 1'),
    ('grants', 'grants_user', '1000000 100000 4 2'),
    ('grants', 'grants_expiry', '1000000 10'),
    ('access_tokens', 'access_tokens', '1000000 100000 1'),
    ('access_tokens', 'access_tokens_expiry', '1000000 10'),
    ('revoked_tokens', 'revoked_tokens', '10000 1000 1'),
    ('revoked_tokens', 'revoked_tokens_expiry', '10000 10'),
    ('consents', 'consents', '1000000 100000 2 1'),
    ('consents', 'consents_client', '1000000 100000 1000'),
    ('replays', 'replays', '1000000 100000 50000 1'),
    ('replays', 'replays_expiry', '1000000 10'),
    ('rate_limits', 'rate_limits', '100000 10000 1'),
    ('rate_limits', 'rate_limits_expiry', '100000 10');
ANALYZE sqlite_schema;
