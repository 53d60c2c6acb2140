-- Invitations: whom an operator has asked to make an account, what they get with it, and what became of it. Of the link only
-- a hash is here. An invitation stays for a while after its link has ended.
CREATE TABLE IF NOT EXISTS invitations (
    tenant_id VARBINARY(190) NOT NULL,
    invitation_id VARBINARY(190) NOT NULL,
    secret VARBINARY(32) NOT NULL,
    address MEDIUMTEXT NOT NULL,
    details MEDIUMTEXT NOT NULL,
    invited_by MEDIUMTEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    good_until BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at BIGINT,
    user_id VARBINARY(760),
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, invitation_id),
    UNIQUE KEY invitations_secret (tenant_id, secret),
    KEY invitations_list (tenant_id, created_at, invitation_id),
    KEY invitations_user (tenant_id, user_id),
    KEY invitations_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
