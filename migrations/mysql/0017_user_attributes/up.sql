-- What users are found by of their attributes, a row for each value: written with the user. attributes_search of a user is 1
-- once they have theirs, and absent where a node of an earlier version wrote the row, until a later one fills it in.
CREATE TABLE IF NOT EXISTS user_attributes (
    tenant_id VARBINARY(190) NOT NULL,
    name VARBINARY(190) NOT NULL,
    value_hash VARBINARY(32) NOT NULL,
    user_id VARBINARY(760) NOT NULL,
    PRIMARY KEY (tenant_id, name, value_hash, user_id),
    KEY user_attributes_user (tenant_id, user_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;

-- Each part is made unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'attributes_search');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN attributes_search BIGINT', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_attributes_search');
SET @make = IF(@there = 0, 'CREATE INDEX users_attributes_search ON users (tenant_id, attributes_search, user_id)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
