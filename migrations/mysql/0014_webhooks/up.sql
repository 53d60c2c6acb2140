-- Where events of a tenant are sent.
CREATE TABLE IF NOT EXISTS webhooks (
    tenant_id VARBINARY(190) NOT NULL,
    webhook_id VARBINARY(190) NOT NULL,
    url MEDIUMTEXT NOT NULL,
    description MEDIUMTEXT NOT NULL,
    events MEDIUMTEXT NOT NULL,
    status VARBINARY(64) NOT NULL,
    paused_at BIGINT,
    paused_reason MEDIUMTEXT,
    failing_since BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, webhook_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- What their messages are signed with, encrypted under the master key.
CREATE TABLE IF NOT EXISTS webhook_secrets (
    tenant_id VARBINARY(190) NOT NULL,
    webhook_id VARBINARY(190) NOT NULL,
    secret_id VARBINARY(190) NOT NULL,
    sealed MEDIUMBLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, webhook_id, secret_id),
    KEY webhook_secrets_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Messages to webhooks: those that wait (next_at) and those that are over.
CREATE TABLE IF NOT EXISTS webhook_deliveries (
    seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tenant_id VARBINARY(190) NOT NULL,
    webhook_id VARBINARY(190) NOT NULL,
    event_id VARBINARY(190) NOT NULL,
    kind VARBINARY(190) NOT NULL,
    subject VARBINARY(760) NOT NULL,
    at BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    state VARBINARY(64) NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT,
    attempted_at BIGINT,
    status INTEGER,
    response MEDIUMTEXT,
    expires_at BIGINT NOT NULL,
    UNIQUE KEY webhook_deliveries_event (tenant_id, webhook_id, event_id),
    KEY webhook_deliveries_next (tenant_id, webhook_id, next_at),
    KEY webhook_deliveries_subject (tenant_id, webhook_id, subject, next_at),
    KEY webhook_deliveries_list (tenant_id, webhook_id, seq),
    KEY webhook_deliveries_at (tenant_id, webhook_id, at),
    KEY webhook_deliveries_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
