-- Sign-ups under way: who has asked for an account and not proven yet that they read the address, at most one for each
-- address and kind. There is no user until they have.
CREATE TABLE sign_ups (
    tenant_id TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    secret BYTEA NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    request TEXT COLLATE "C",
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, email_key, kind)
);
CREATE UNIQUE INDEX sign_ups_secret ON sign_ups (tenant_id, secret);
CREATE INDEX sign_ups_expiry ON sign_ups (expires_at);
