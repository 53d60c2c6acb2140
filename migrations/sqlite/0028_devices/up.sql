-- Devices: where native applications of people are installed. A device is there as long as its grant lives.
CREATE TABLE devices (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    sid TEXT NOT NULL,
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    app_version TEXT,
    push_sealed TEXT,
    push_hash BLOB,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, device_id)
) WITHOUT ROWID;
CREATE INDEX devices_client ON devices (tenant_id, client_id);
CREATE INDEX devices_expiry ON devices (expires_at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('devices', 'devices', '10000 1000 2 1'),
    ('devices', 'devices_client', '10000 1000 100'),
    ('devices', 'devices_expiry', '10000 10');
ANALYZE sqlite_schema;
