DROP TABLE tenant_revisions;
ALTER TABLE revision DROP COLUMN told;
ALTER TABLE users DROP COLUMN version;
ALTER TABLE clients DROP COLUMN version;
ALTER TABLE tenants DROP COLUMN version;
