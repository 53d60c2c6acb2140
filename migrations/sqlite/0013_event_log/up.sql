-- Events that were written with what they report, until they are numbered. AUTOINCREMENT, which requires exactly this
-- type, never reuses a number.
CREATE TABLE event_intake (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);

-- The last number that an event was given: one row.
CREATE TABLE event_log_head (
    id INTEGER NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Events that are kept for a while, under the numbers in which they can be followed.
CREATE TABLE event_log (
    tenant_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    noun TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT,
    user_id TEXT,
    client_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, position)
) WITHOUT ROWID;
CREATE INDEX event_log_id ON event_log (tenant_id, event_id);
CREATE INDEX event_log_time ON event_log (tenant_id, at, position);
CREATE INDEX event_log_noun ON event_log (tenant_id, noun, at, position);
CREATE INDEX event_log_kind ON event_log (tenant_id, kind, at, position);
CREATE INDEX event_log_subject ON event_log (tenant_id, subject, at, position);
CREATE INDEX event_log_actor ON event_log (tenant_id, actor, at, position);
CREATE INDEX event_log_user ON event_log (tenant_id, user_id, at, position);
CREATE INDEX event_log_client ON event_log (tenant_id, client_id, at, position);
CREATE INDEX event_log_age ON event_log (at);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('event_log', 'event_log', '1000000 100000 1'),
    ('event_log', 'event_log_id', '1000000 100000 1'),
    ('event_log', 'event_log_time', '1000000 100000 2 1'),
    ('event_log', 'event_log_noun', '1000000 100000 100 2 1'),
    ('event_log', 'event_log_kind', '1000000 100000 100 2 1'),
    ('event_log', 'event_log_subject', '1000000 100000 10 2 1'),
    ('event_log', 'event_log_actor', '1000000 100000 100 2 1'),
    ('event_log', 'event_log_user', '1000000 100000 10 2 1'),
    ('event_log', 'event_log_client', '1000000 100000 100 2 1'),
    ('event_log', 'event_log_age', '1000000 2');
ANALYZE sqlite_schema;
