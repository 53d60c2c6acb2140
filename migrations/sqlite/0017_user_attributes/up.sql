-- What users are found by of their attributes, a row for each value: written with the user. attributes_search of a user is 1
-- once they have theirs, and absent where a node of an earlier version wrote the row, until a later one fills it in.
CREATE TABLE user_attributes (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value_hash BLOB NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, name, value_hash, user_id)
) WITHOUT ROWID;
CREATE INDEX user_attributes_user ON user_attributes (tenant_id, user_id);
ALTER TABLE users ADD COLUMN attributes_search BIGINT;
CREATE INDEX users_attributes_search ON users (tenant_id, attributes_search, user_id) WHERE attributes_search IS NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('user_attributes', 'user_attributes', '1000000 100000 10000 20 1'),
    ('user_attributes', 'user_attributes_user', '1000000 100000 3'),
    ('users', 'users_attributes_search', '10000 1000 1000 1');
ANALYZE sqlite_schema;
