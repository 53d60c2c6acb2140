-- Links by which somebody signs in without a password, each once: mailed to whoever asked, or made by an operator.
CREATE TABLE sign_in_links (
    tenant_id TEXT COLLATE "C" NOT NULL,
    secret BYTEA NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C",
    user_epoch BIGINT NOT NULL,
    request TEXT COLLATE "C",
    client_id TEXT COLLATE "C",
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, secret)
);
CREATE INDEX sign_in_links_user ON sign_in_links (tenant_id, user_id);
CREATE INDEX sign_in_links_expiry ON sign_in_links (expires_at);
