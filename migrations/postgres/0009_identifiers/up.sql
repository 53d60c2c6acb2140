-- The verified address that a person may sign in with, in the form that is compared. Empty where there is none, and absent
-- where a node of an earlier version wrote the row, until a later one fills it in. It is not unique: of two accounts that
-- have the same address, neither signs in by it.
ALTER TABLE users ADD COLUMN email_key TEXT COLLATE "C";
CREATE INDEX users_email ON users (tenant_id, email_key);

-- What usernames look like (UTS 39 4), so that of two that look alike one is given. A row counts while its user exists and
-- still looks like that. Otherwise the next user takes it over.
CREATE TABLE username_looks (
    tenant_id TEXT COLLATE "C" NOT NULL,
    look BYTEA NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, look)
);
CREATE INDEX username_looks_user ON username_looks (tenant_id, user_id);
