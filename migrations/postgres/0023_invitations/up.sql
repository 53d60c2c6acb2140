-- Invitations: whom an operator has asked to make an account, what they get with it, and what became of it. Of the link only
-- a hash is here. An invitation stays for a while after its link has ended.
CREATE TABLE invitations (
    tenant_id TEXT COLLATE "C" NOT NULL,
    invitation_id TEXT COLLATE "C" NOT NULL,
    secret BYTEA NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C" NOT NULL,
    invited_by TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    good_until BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at BIGINT,
    user_id TEXT COLLATE "C",
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, invitation_id)
);
CREATE UNIQUE INDEX invitations_secret ON invitations (tenant_id, secret);
CREATE INDEX invitations_list ON invitations (tenant_id, created_at, invitation_id);
CREATE INDEX invitations_user ON invitations (tenant_id, user_id);
CREATE INDEX invitations_expiry ON invitations (expires_at);
