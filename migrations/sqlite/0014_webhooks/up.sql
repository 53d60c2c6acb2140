-- Where events of a tenant are sent.
CREATE TABLE webhooks (
    tenant_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    events TEXT NOT NULL,
    status TEXT NOT NULL,
    paused_at BIGINT,
    paused_reason TEXT,
    failing_since BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id)
) WITHOUT ROWID;

-- What their messages are signed with, encrypted under the master key.
CREATE TABLE webhook_secrets (
    tenant_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    secret_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, webhook_id, secret_id)
) WITHOUT ROWID;
CREATE INDEX webhook_secrets_expiry ON webhook_secrets (expires_at);

-- Messages to webhooks: those that wait (next_at) and those that are over. AUTOINCREMENT, which requires exactly this
-- type, never reuses a number.
CREATE TABLE webhook_deliveries (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT,
    attempted_at BIGINT,
    status INTEGER,
    response TEXT,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries (tenant_id, webhook_id, event_id);
CREATE INDEX webhook_deliveries_next ON webhook_deliveries (tenant_id, webhook_id, next_at);
CREATE INDEX webhook_deliveries_subject ON webhook_deliveries (tenant_id, webhook_id, subject, next_at);
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (tenant_id, webhook_id, seq);
CREATE INDEX webhook_deliveries_at ON webhook_deliveries (tenant_id, webhook_id, at);
CREATE INDEX webhook_deliveries_expiry ON webhook_deliveries (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('webhooks', 'webhooks', '200 2 1'),
    ('webhook_secrets', 'webhook_secrets', '300 3 2 1'),
    ('webhook_secrets', 'webhook_secrets_expiry', '300 3'),
    ('webhook_deliveries', 'webhook_deliveries_event', '100000 1000 500 1'),
    ('webhook_deliveries', 'webhook_deliveries_next', '100000 1000 500 4'),
    ('webhook_deliveries', 'webhook_deliveries_subject', '100000 1000 500 3 1'),
    ('webhook_deliveries', 'webhook_deliveries_list', '100000 1000 500 1'),
    ('webhook_deliveries', 'webhook_deliveries_at', '100000 1000 500 2'),
    ('webhook_deliveries', 'webhook_deliveries_expiry', '100000 10');
ANALYZE sqlite_schema;
