-- What people prove their identity with besides a password, and the codes for when all of it is lost.
CREATE TABLE IF NOT EXISTS authenticators (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    authenticator_id VARBINARY(760) NOT NULL,
    kind VARBINARY(64) NOT NULL,
    name MEDIUMTEXT NOT NULL,
    state MEDIUMTEXT NOT NULL,
    credential VARBINARY(32),
    time_step BIGINT NOT NULL,
    aaguid MEDIUMTEXT,
    backed_up BIGINT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (tenant_id, user_id, authenticator_id),
    UNIQUE KEY authenticators_credential (tenant_id, credential)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS recovery_codes (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    code VARBINARY(32) NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, code)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
