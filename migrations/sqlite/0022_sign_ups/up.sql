-- Sign-ups under way: who has asked for an account and not proven yet that they read the address, at most one for each
-- address and kind. There is no user until they have.
CREATE TABLE sign_ups (
    tenant_id TEXT NOT NULL,
    email_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    secret BLOB NOT NULL,
    address TEXT NOT NULL,
    request TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, email_key, kind)
) WITHOUT ROWID;
CREATE UNIQUE INDEX sign_ups_secret ON sign_ups (tenant_id, secret);
CREATE INDEX sign_ups_expiry ON sign_ups (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('sign_ups', 'sign_ups', '10000 1000 1 1'),
    ('sign_ups', 'sign_ups_secret', '10000 1000 1'),
    ('sign_ups', 'sign_ups_expiry', '10000 10');
ANALYZE sqlite_schema;
