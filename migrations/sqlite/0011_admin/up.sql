-- Roles that were given to people: what they may administer.
CREATE TABLE admin_roles (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    installation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role, installation)
) WITHOUT ROWID;

-- Requests that carried an Idempotency-Key, and what they were answered, sealed.
CREATE TABLE idempotency (
    tenant_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    body_hash BLOB NOT NULL,
    claimed_until BIGINT NOT NULL,
    answer TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) WITHOUT ROWID;
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
