-- Devices: where native applications of people are installed. A device is there as long as its grant lives.
CREATE TABLE devices (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    device_id TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    grant_id TEXT COLLATE "C" NOT NULL,
    sid TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    platform TEXT COLLATE "C" NOT NULL,
    app_version TEXT COLLATE "C",
    push_sealed TEXT COLLATE "C",
    push_hash BYTEA,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, device_id)
);
CREATE INDEX devices_client ON devices (tenant_id, client_id);
CREATE INDEX devices_expiry ON devices (expires_at);
