-- Another address of mail that somebody wants and has not proven yet: at most one for each user.
CREATE TABLE email_changes (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    secret BYTEA NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    was TEXT COLLATE "C" NOT NULL,
    user_epoch BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE UNIQUE INDEX email_changes_secret ON email_changes (tenant_id, secret);
CREATE INDEX email_changes_expiry ON email_changes (expires_at);

-- Addresses that were replaced, while whoever reads them may have them back.
CREATE TABLE email_undos (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    secret BYTEA NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    username TEXT COLLATE "C",
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, secret)
);
CREATE UNIQUE INDEX email_undos_secret ON email_undos (tenant_id, secret);
CREATE INDEX email_undos_expiry ON email_undos (expires_at);
