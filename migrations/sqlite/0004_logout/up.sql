-- Clients that take part in a session and are notified of its end. A row lives as long as the session.
CREATE TABLE session_clients (
    tenant_id TEXT NOT NULL,
    sid TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, sid, client_id)
) WITHOUT ROWID;
CREATE INDEX session_clients_user ON session_clients (tenant_id, user_id);
CREATE INDEX session_clients_client ON session_clients (tenant_id, client_id);
CREATE INDEX session_clients_expiry ON session_clients (expires_at);

-- Ends of sessions of which clients are to be notified, server to server. AUTOINCREMENT, which requires exactly this type,
-- never reuses a number.
CREATE TABLE logouts (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    sid TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL
);
CREATE INDEX logouts_client ON logouts (tenant_id, client_id, next_at);
CREATE INDEX logouts_next ON logouts (next_at);
