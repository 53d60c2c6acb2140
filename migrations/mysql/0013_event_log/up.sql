-- Events that were written with what they report, until they are numbered.
CREATE TABLE IF NOT EXISTS event_intake (
    seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tenant_id VARBINARY(190) NOT NULL,
    at BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- The last number that an event was given: one row.
CREATE TABLE IF NOT EXISTS event_log_head (
    id INT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Events that are kept for a while, under the numbers in which they can be followed.
CREATE TABLE IF NOT EXISTS event_log (
    tenant_id VARBINARY(190) NOT NULL,
    position BIGINT NOT NULL,
    event_id VARBINARY(190) NOT NULL,
    at BIGINT NOT NULL,
    noun VARBINARY(190) NOT NULL,
    kind VARBINARY(190) NOT NULL,
    subject VARBINARY(760) NOT NULL,
    actor VARBINARY(1024),
    user_id VARBINARY(760),
    client_id VARBINARY(760),
    body MEDIUMTEXT NOT NULL,
    PRIMARY KEY (tenant_id, position),
    KEY event_log_id (tenant_id, event_id),
    KEY event_log_time (tenant_id, at, position),
    KEY event_log_noun (tenant_id, noun, at, position),
    KEY event_log_kind (tenant_id, kind, at, position),
    KEY event_log_subject (tenant_id, subject, at, position),
    KEY event_log_actor (tenant_id, actor, at, position),
    KEY event_log_user (tenant_id, user_id, at, position),
    KEY event_log_client (tenant_id, client_id, at, position),
    KEY event_log_age (at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
