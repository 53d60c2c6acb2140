-- How often a record was changed: an editor names the version that they read.
-- Each column is added unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'tenants' AND column_name = 'version');
SET @make = IF(@there = 0, 'ALTER TABLE tenants ADD COLUMN version BIGINT NOT NULL DEFAULT 1', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'clients' AND column_name = 'version');
SET @make = IF(@there = 0, 'ALTER TABLE clients ADD COLUMN version BIGINT NOT NULL DEFAULT 1', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'version');
SET @make = IF(@there = 0, 'ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;

-- Counts the changes that are recorded in tenant_revisions. When it falls further behind value, a node without that
-- table made a change, or a tenant was deleted: then every tenant may have changed.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'revision' AND column_name = 'told');
SET @make = IF(@there = 0, 'ALTER TABLE revision ADD COLUMN told BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;

-- The revision at which the tenant, a client or a key of it last changed.
CREATE TABLE IF NOT EXISTS tenant_revisions (
    tenant_id VARBINARY(190) NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL,
    KEY tenant_revisions_value (value)
) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin;
