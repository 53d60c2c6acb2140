-- Groups of people. A name is unique by its key, which is the name in lower case.
CREATE TABLE groups (
    tenant_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX groups_name ON groups (tenant_id, name_key);

-- Who is in which group.
CREATE TABLE group_members (
    tenant_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX group_members_user ON group_members (tenant_id, user_id);

-- Who has which role at a client. The holder is a user or a group, as holder_type says.
CREATE TABLE role_assignments (
    tenant_id TEXT NOT NULL,
    holder_type TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (tenant_id, holder_type, holder_id, client_id, role)
) WITHOUT ROWID;
CREATE INDEX role_assignments_client ON role_assignments (tenant_id, client_id);

-- What the tenant has defined beyond the standard claims, as JSON. Absent where an earlier version wrote the user.
ALTER TABLE users ADD COLUMN attributes TEXT;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('groups', 'groups', '10000 1000 1'),
    ('groups', 'groups_name', '10000 1000 1'),
    ('group_members', 'group_members', '1000000 100000 100 1'),
    ('group_members', 'group_members_user', '1000000 100000 10'),
    ('role_assignments', 'role_assignments', '1000000 100000 50000 4 2 1'),
    ('role_assignments', 'role_assignments_client', '1000000 100000 1000');
ANALYZE sqlite_schema;
