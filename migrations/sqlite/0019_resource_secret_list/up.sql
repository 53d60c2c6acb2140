-- Lists of the secrets of resources, the newest first, page by page.
CREATE INDEX resource_secrets_list ON resource_secrets (tenant_id, created_at DESC, kid);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('resource_secrets', 'resource_secrets_list', '100 10 1 1');
ANALYZE sqlite_schema;
