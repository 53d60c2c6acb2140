-- Clients that a session signed in to and that want to hear of its end. A row lives as long as the session.
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

-- Ends of sessions that clients are to be told of, server to server. AUTOINCREMENT, which needs this very type,
-- gives no number twice.
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
