-- What users are found by of their attributes, a row for each value: written with the user. attributes_search of a user is 1
-- once they have theirs, and absent where a node of an earlier version wrote the row, until a later one fills it in.
CREATE TABLE user_attributes (
    tenant_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value_hash BYTEA NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, name, value_hash, user_id)
);
CREATE INDEX user_attributes_user ON user_attributes (tenant_id, user_id);
ALTER TABLE users ADD COLUMN attributes_search BIGINT;
CREATE INDEX users_attributes_search ON users (tenant_id, attributes_search, user_id) WHERE attributes_search IS NULL;
