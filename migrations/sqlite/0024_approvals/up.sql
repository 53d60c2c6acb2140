-- Accounts that people made themselves and that are not approved: they wait for a decision, or were refused. Their users are
-- disabled, and are deleted when the row expires.
CREATE TABLE approvals (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) WITHOUT ROWID;
CREATE INDEX approvals_list ON approvals (tenant_id, state, asked_at, user_id);
CREATE INDEX approvals_expiry ON approvals (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('approvals', 'approvals', '10000 1000 1'),
    ('approvals', 'approvals_list', '10000 1000 500 2 1'),
    ('approvals', 'approvals_expiry', '10000 10');
ANALYZE sqlite_schema;
