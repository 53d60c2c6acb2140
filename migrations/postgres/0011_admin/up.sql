-- Roles that were given to people: what they may administer.
CREATE TABLE admin_roles (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    installation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role, installation)
);

-- Requests that carried an Idempotency-Key, and what they were answered, sealed.
CREATE TABLE idempotency (
    tenant_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    body_hash BYTEA NOT NULL,
    claimed_until BIGINT NOT NULL,
    answer TEXT COLLATE "C",
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
