-- Every key begins with the tenant. Times are seconds since the epoch; hashes are 32 bytes; what no
-- query looks into is JSON text. What is part of a key is bytes, since every collation of text that both MySQL
-- and MariaDB have takes 'a' and 'a ' for the same. Definitions are not part of a transaction here: each
-- statement may be run again after a start that was cut off.

-- Counts the changes of tenants, clients and keys: caches check it.
CREATE TABLE IF NOT EXISTS revision (
    id INTEGER NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT IGNORE INTO revision (id, value) VALUES (1, 1);

CREATE TABLE IF NOT EXISTS tenants (
    tenant_id VARBINARY(190) NOT NULL PRIMARY KEY,
    name VARBINARY(760) NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    settings MEDIUMTEXT NOT NULL,
    UNIQUE KEY tenants_name (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS clients (
    tenant_id VARBINARY(190) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    epoch BIGINT NOT NULL,
    secret_hash VARBINARY(32),
    secret_sealed MEDIUMBLOB,
    metadata MEDIUMTEXT NOT NULL,
    PRIMARY KEY (tenant_id, client_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The web origins from which scripts of the client may call: those of its redirect URIs.
CREATE TABLE IF NOT EXISTS client_origins (
    tenant_id VARBINARY(190) NOT NULL,
    origin VARBINARY(760) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    PRIMARY KEY (tenant_id, origin, client_id),
    KEY client_origins_client (tenant_id, client_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The private keys are encrypted under the master key, which is not stored here.
CREATE TABLE IF NOT EXISTS signing_keys (
    tenant_id VARBINARY(190) NOT NULL,
    kid VARBINARY(760) NOT NULL,
    algorithm MEDIUMTEXT NOT NULL,
    sealed MEDIUMBLOB NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    disabled_at BIGINT,
    retire_at BIGINT,
    PRIMARY KEY (tenant_id, kid)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Secrets of the installation, encrypted under the master key.
CREATE TABLE IF NOT EXISTS secrets (
    name VARBINARY(760) NOT NULL PRIMARY KEY,
    sealed MEDIUMBLOB NOT NULL,
    created_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- username_key is the form of the username that is compared.
CREATE TABLE IF NOT EXISTS users (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    username MEDIUMTEXT NOT NULL,
    username_key VARBINARY(1020) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    epoch BIGINT NOT NULL,
    password_hash MEDIUMTEXT,
    claims MEDIUMTEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    UNIQUE KEY users_username (tenant_id, username_key)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sessions (
    tenant_id VARBINARY(190) NOT NULL,
    handle VARBINARY(32) NOT NULL,
    sid VARBINARY(760) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    user_epoch BIGINT NOT NULL,
    auth_time BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    amr MEDIUMTEXT NOT NULL,
    user_agent MEDIUMTEXT NOT NULL,
    PRIMARY KEY (tenant_id, handle),
    KEY sessions_user (tenant_id, user_id),
    KEY sessions_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS requests (
    tenant_id VARBINARY(190) NOT NULL,
    handle VARBINARY(32) NOT NULL,
    browser VARBINARY(32) NOT NULL,
    expires_at BIGINT NOT NULL,
    state MEDIUMTEXT NOT NULL,
    PRIMARY KEY (tenant_id, handle),
    KEY requests_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- A grant with its code and its refresh tokens, of which each begins with the grant_id, so that all is found
-- and written by one key. Ids are ordered by time: what is created together is stored together. Until the code is
-- redeemed the row expires with it; then it lasts until ends_at.
CREATE TABLE IF NOT EXISTS grants (
    tenant_id VARBINARY(190) NOT NULL,
    grant_id VARBINARY(760) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    client_epoch BIGINT NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    user_epoch BIGINT NOT NULL,
    sid VARBINARY(760) NOT NULL,
    offline INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    auth_time BIGINT NOT NULL,
    scope MEDIUMTEXT NOT NULL,
    details MEDIUMTEXT NOT NULL,
    code_hash VARBINARY(32),
    code_expires_at BIGINT,
    spent_at BIGINT,
    code MEDIUMTEXT,
    refresh_hash VARBINARY(32),
    refresh_expires_at BIGINT,
    previous_hash VARBINARY(32),
    rotated_at BIGINT,
    PRIMARY KEY (tenant_id, grant_id),
    KEY grants_user (tenant_id, user_id, client_id),
    KEY grants_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Opaque access tokens.
CREATE TABLE IF NOT EXISTS access_tokens (
    tenant_id VARBINARY(190) NOT NULL,
    hash VARBINARY(32) NOT NULL,
    jti MEDIUMTEXT NOT NULL,
    grant_id VARBINARY(760),
    client_id VARBINARY(760) NOT NULL,
    client_epoch BIGINT NOT NULL,
    user_id VARBINARY(760),
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    scope MEDIUMTEXT NOT NULL,
    audience MEDIUMTEXT NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    KEY access_tokens_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Access tokens of either form that were revoked before they expired.
CREATE TABLE IF NOT EXISTS revoked_tokens (
    tenant_id VARBINARY(190) NOT NULL,
    hash VARBINARY(32) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    KEY revoked_tokens_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS consents (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    scope MEDIUMTEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, client_id),
    KEY consents_client (tenant_id, client_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS replays (
    tenant_id VARBINARY(190) NOT NULL,
    purpose VARBINARY(760) NOT NULL,
    hash VARBINARY(32) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, purpose, hash),
    KEY replays_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Attempts counted in windows.
CREATE TABLE IF NOT EXISTS rate_limits (
    tenant_id VARBINARY(190) NOT NULL,
    hash VARBINARY(32) NOT NULL,
    count BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    KEY rate_limits_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
