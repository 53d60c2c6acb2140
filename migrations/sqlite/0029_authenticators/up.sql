-- What people prove their identity with besides a password, and the codes for when all of it is lost.
CREATE TABLE authenticators (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    authenticator_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    credential BLOB,
    time_step BIGINT NOT NULL,
    aaguid TEXT,
    backed_up BIGINT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (tenant_id, user_id, authenticator_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX authenticators_credential ON authenticators (tenant_id, credential);

CREATE TABLE recovery_codes (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    code BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, code)
) WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('authenticators', 'authenticators', '10000 1000 2 1'),
    ('authenticators', 'authenticators_credential', '10000 1000 1'),
    ('recovery_codes', 'recovery_codes', '10000 1000 10 1');
ANALYZE sqlite_schema;
