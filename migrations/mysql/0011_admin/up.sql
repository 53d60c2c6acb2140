-- Roles that were given to people: what they may administer.
CREATE TABLE IF NOT EXISTS admin_roles (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    role VARBINARY(64) NOT NULL,
    installation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, role, installation)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Requests that carried an Idempotency-Key, and what they were answered, sealed.
CREATE TABLE IF NOT EXISTS idempotency (
    tenant_id VARBINARY(190) NOT NULL,
    hash VARBINARY(32) NOT NULL,
    body_hash VARBINARY(32) NOT NULL,
    claimed_until BIGINT NOT NULL,
    answer MEDIUMTEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, hash),
    KEY idempotency_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
