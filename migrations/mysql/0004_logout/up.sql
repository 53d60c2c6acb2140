-- Clients that take part in a session and are notified of its end. A row lives as long as the session.
CREATE TABLE IF NOT EXISTS session_clients (
    tenant_id VARBINARY(190) NOT NULL,
    sid VARBINARY(760) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, sid, client_id),
    KEY session_clients_user (tenant_id, user_id),
    KEY session_clients_client (tenant_id, client_id),
    KEY session_clients_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Ends of sessions of which clients are to be notified, server to server.
CREATE TABLE IF NOT EXISTS logouts (
    seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tenant_id VARBINARY(190) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    sid VARBINARY(760) NOT NULL,
    next_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    KEY logouts_client (tenant_id, client_id, next_at),
    KEY logouts_next (next_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
