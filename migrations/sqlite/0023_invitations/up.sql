-- Invitations: whom an operator has asked to make an account, what they get with it, and what became of it. Of the link only
-- a hash is here. An invitation stays for a while after its link has ended.
CREATE TABLE invitations (
    tenant_id TEXT NOT NULL,
    invitation_id TEXT NOT NULL,
    secret BLOB NOT NULL,
    address TEXT NOT NULL,
    details TEXT NOT NULL,
    invited_by TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    good_until BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at BIGINT,
    user_id TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, invitation_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX invitations_secret ON invitations (tenant_id, secret);
CREATE INDEX invitations_list ON invitations (tenant_id, created_at, invitation_id);
CREATE INDEX invitations_user ON invitations (tenant_id, user_id);
CREATE INDEX invitations_expiry ON invitations (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('invitations', 'invitations', '10000 1000 1'),
    ('invitations', 'invitations_secret', '10000 1000 1'),
    ('invitations', 'invitations_list', '10000 1000 2 1'),
    ('invitations', 'invitations_user', '10000 1000 2'),
    ('invitations', 'invitations_expiry', '10000 10');
ANALYZE sqlite_schema;
