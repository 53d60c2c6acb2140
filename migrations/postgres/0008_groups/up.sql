-- Groups of people. A name is unique by its key, which is the name in lower case.
CREATE TABLE groups (
    tenant_id TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_id)
);
CREATE UNIQUE INDEX groups_name ON groups (tenant_id, name_key);

-- Who is in which group.
CREATE TABLE group_members (
    tenant_id TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, group_id, user_id)
);
CREATE INDEX group_members_user ON group_members (tenant_id, user_id);

-- Who has which role at a client. The holder is a user or a group, as holder_type says.
CREATE TABLE role_assignments (
    tenant_id TEXT COLLATE "C" NOT NULL,
    holder_type TEXT COLLATE "C" NOT NULL,
    holder_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, holder_type, holder_id, client_id, role)
);
CREATE INDEX role_assignments_client ON role_assignments (tenant_id, client_id);

-- What the tenant has defined beyond the standard claims, as JSON. Absent where an earlier version wrote the user.
ALTER TABLE users ADD COLUMN attributes TEXT COLLATE "C";
