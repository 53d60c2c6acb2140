ALTER TABLE tenant_revisions DROP COLUMN deleted_client_version;
