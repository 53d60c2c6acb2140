-- What operators search users by, in the form that is compared. email_search is that of any address, verified or not: empty
-- where there is none, and absent where a node of an earlier version wrote the row, until a later one fills it in. The
-- other two are absent where there is nothing to find.
ALTER TABLE users ADD COLUMN email_search TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN phone_search TEXT COLLATE "C";
ALTER TABLE users ADD COLUMN name_search TEXT COLLATE "C";
CREATE INDEX users_email_search ON users (tenant_id, email_search, user_id);
CREATE INDEX users_phone_search ON users (tenant_id, phone_search, user_id) WHERE phone_search IS NOT NULL;
CREATE INDEX users_name_search ON users (tenant_id, name_search, user_id) WHERE name_search IS NOT NULL;
CREATE INDEX users_created ON users (tenant_id, created_at, user_id);
CREATE INDEX users_disabled ON users (tenant_id, disabled_at, user_id) WHERE disabled_at IS NOT NULL;
