-- How often a record was changed: an editor names the version that they read.
ALTER TABLE tenants ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE clients ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Counts the changes that are recorded in tenant_revisions. When it falls further behind value, a node without that
-- table made a change, or a tenant was deleted: then every tenant may have changed.
ALTER TABLE revision ADD COLUMN told BIGINT NOT NULL DEFAULT 0;

-- The revision at which the tenant, a client or a key of it last changed.
CREATE TABLE tenant_revisions (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX tenant_revisions_value ON tenant_revisions (value);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('tenant_revisions', 'tenant_revisions', '100 1'),
    ('tenant_revisions', 'tenant_revisions_value', '100 1');
ANALYZE sqlite_schema;
