-- The verified address that a person may sign in with, in the form that is compared. Empty where there is none, and absent
-- where a node of an earlier version wrote the row, until a later one fills it in. It is not unique: of two accounts that
-- have the same address, neither signs in by it.
ALTER TABLE users ADD COLUMN email_key TEXT;
CREATE INDEX users_email ON users (tenant_id, email_key);

-- What usernames look like (UTS 39 4), so that of two that look alike one is given. A row counts while its user exists and
-- still looks like that. Otherwise the next user takes it over.
CREATE TABLE username_looks (
    tenant_id TEXT NOT NULL,
    look BLOB NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, look)
) WITHOUT ROWID;
CREATE INDEX username_looks_user ON username_looks (tenant_id, user_id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('users', 'users_email', '1000000 100000 1'),
    ('username_looks', 'username_looks', '1000000 100000 1'),
    ('username_looks', 'username_looks_user', '1000000 100000 2');
ANALYZE sqlite_schema;
