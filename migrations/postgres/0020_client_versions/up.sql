-- The highest version that a client of the tenant had when it was deleted: those that are made later begin above it.
ALTER TABLE tenant_revisions ADD COLUMN deleted_client_version BIGINT NOT NULL DEFAULT 0;
