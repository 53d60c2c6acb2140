-- Groups of people. A name is unique by its key, which is the name in lower case.
CREATE TABLE IF NOT EXISTS `groups` (
    tenant_id VARBINARY(190) NOT NULL,
    group_id VARBINARY(760) NOT NULL,
    name MEDIUMTEXT NOT NULL,
    name_key VARBINARY(1020) NOT NULL,
    description MEDIUMTEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_id),
    UNIQUE KEY groups_name (tenant_id, name_key)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who is in which group.
CREATE TABLE IF NOT EXISTS group_members (
    tenant_id VARBINARY(190) NOT NULL,
    group_id VARBINARY(760) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    PRIMARY KEY (tenant_id, group_id, user_id),
    KEY group_members_user (tenant_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who has which role at a client. The holder is a user or a group, as holder_type says.
CREATE TABLE IF NOT EXISTS role_assignments (
    tenant_id VARBINARY(190) NOT NULL,
    holder_type VARBINARY(16) NOT NULL,
    holder_id VARBINARY(760) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    role VARBINARY(512) NOT NULL,
    PRIMARY KEY (tenant_id, holder_type, holder_id, client_id, role),
    KEY role_assignments_client (tenant_id, client_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- What the tenant has defined beyond the standard claims, as JSON. Absent where an earlier version wrote the user.
-- The column is added unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'attributes');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN attributes MEDIUMTEXT', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
