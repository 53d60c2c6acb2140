-- Events that wait to be delivered, one row for each sink. AUTOINCREMENT, which requires exactly this type,
-- never reuses a number.
CREATE TABLE outbox (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant_id TEXT NOT NULL,
    sink TEXT NOT NULL,
    event_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX outbox_sink ON outbox (sink, seq);
CREATE INDEX outbox_at ON outbox (at);

-- Which of the nodes does what only one may do at a time.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at BIGINT NOT NULL
) WITHOUT ROWID;
