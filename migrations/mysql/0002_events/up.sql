-- Events that wait to be delivered, one row for each sink.
CREATE TABLE IF NOT EXISTS outbox (
    seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tenant_id VARBINARY(190) NOT NULL,
    sink VARBINARY(190) NOT NULL,
    event_id VARBINARY(190) NOT NULL,
    at BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    KEY outbox_sink (sink, seq),
    KEY outbox_at (at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Which of the nodes does what only one may do at a time.
CREATE TABLE IF NOT EXISTS leases (
    name VARBINARY(190) NOT NULL PRIMARY KEY,
    holder VARBINARY(760) NOT NULL,
    expires_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
