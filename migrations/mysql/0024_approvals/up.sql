-- Accounts that people made themselves and that are not approved: they wait for a decision, or were refused. Their users are
-- disabled, and are deleted when the row expires.
CREATE TABLE IF NOT EXISTS approvals (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    state VARBINARY(64) NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    KEY approvals_list (tenant_id, state, asked_at, user_id),
    KEY approvals_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
