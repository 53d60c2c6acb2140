-- Links by which somebody signs in without a password, each once: mailed to whoever asked, or made by an operator.
CREATE TABLE sign_in_links (
    tenant_id TEXT NOT NULL,
    secret BLOB NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT,
    user_epoch BIGINT NOT NULL,
    request TEXT,
    client_id TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, secret)
) WITHOUT ROWID;
CREATE INDEX sign_in_links_user ON sign_in_links (tenant_id, user_id);
CREATE INDEX sign_in_links_expiry ON sign_in_links (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('sign_in_links', 'sign_in_links', '10000 1000 1'),
    ('sign_in_links', 'sign_in_links_user', '10000 1000 2'),
    ('sign_in_links', 'sign_in_links_expiry', '10000 10');
ANALYZE sqlite_schema;
