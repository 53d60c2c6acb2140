-- Mails that wait to be sent, encrypted. AUTOINCREMENT, which requires exactly this type, never reuses a number.
CREATE TABLE mails (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    next_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX mails_tenant ON mails (tenant_id);
CREATE INDEX mails_next ON mails (next_at);
CREATE INDEX mails_expiry ON mails (expires_at);

-- What was mailed to a person, for them to prove that they read it: at most one for each purpose.
CREATE TABLE email_challenges (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    secret BLOB NOT NULL,
    address TEXT NOT NULL,
    user_epoch BIGINT NOT NULL,
    request TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, purpose)
) WITHOUT ROWID;
CREATE UNIQUE INDEX email_challenges_secret ON email_challenges (tenant_id, secret);
CREATE INDEX email_challenges_expiry ON email_challenges (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('mails', 'mails_tenant', '10000 1000'),
    ('mails', 'mails_next', '10000 10'),
    ('mails', 'mails_expiry', '10000 10'),
    ('email_challenges', 'email_challenges', '10000 1000 1 1'),
    ('email_challenges', 'email_challenges_secret', '10000 1000 1'),
    ('email_challenges', 'email_challenges_expiry', '10000 10');
ANALYZE sqlite_schema;
