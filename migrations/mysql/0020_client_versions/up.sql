-- The highest version that a client of the tenant had when it was deleted: those that are made later begin above it.
-- Added unless it exists: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'tenant_revisions' AND column_name = 'deleted_client_version');
SET @make = IF(@there = 0, 'ALTER TABLE tenant_revisions ADD COLUMN deleted_client_version BIGINT NOT NULL DEFAULT 0', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
