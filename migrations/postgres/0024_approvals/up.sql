-- Accounts that people made themselves and that are not approved: they wait for a decision, or were refused. Their users are
-- disabled, and are deleted when the row expires.
CREATE TABLE approvals (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX approvals_list ON approvals (tenant_id, state, asked_at, user_id);
CREATE INDEX approvals_expiry ON approvals (expires_at);
