-- Devices: where native applications of people are installed. A device is there as long as its grant lives.
CREATE TABLE IF NOT EXISTS devices (
    tenant_id VARBINARY(190) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    device_id VARBINARY(760) NOT NULL,
    client_id VARBINARY(760) NOT NULL,
    grant_id VARBINARY(760) NOT NULL,
    sid VARBINARY(760) NOT NULL,
    name MEDIUMTEXT NOT NULL,
    platform VARBINARY(64) NOT NULL,
    app_version MEDIUMTEXT,
    push_sealed MEDIUMTEXT,
    push_hash VARBINARY(32),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, device_id),
    KEY devices_client (tenant_id, client_id),
    KEY devices_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
