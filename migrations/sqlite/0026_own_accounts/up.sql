-- Another address of mail that somebody wants and has not proven yet: at most one for each user.
CREATE TABLE email_changes (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    secret BLOB NOT NULL,
    address TEXT NOT NULL,
    was TEXT NOT NULL,
    user_epoch BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX email_changes_secret ON email_changes (tenant_id, secret);
CREATE INDEX email_changes_expiry ON email_changes (expires_at);

-- Addresses that were replaced, while whoever reads them may have them back.
CREATE TABLE email_undos (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    secret BLOB NOT NULL,
    address TEXT NOT NULL,
    username TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, secret)
) WITHOUT ROWID;
CREATE UNIQUE INDEX email_undos_secret ON email_undos (tenant_id, secret);
CREATE INDEX email_undos_expiry ON email_undos (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('email_changes', 'email_changes', '10000 1000 1'),
    ('email_changes', 'email_changes_secret', '10000 1000 1'),
    ('email_changes', 'email_changes_expiry', '10000 10'),
    ('email_undos', 'email_undos', '10000 1000 2 1'),
    ('email_undos', 'email_undos_secret', '10000 1000 1'),
    ('email_undos', 'email_undos_expiry', '10000 10');
ANALYZE sqlite_schema;
