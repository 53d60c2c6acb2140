ALTER TABLE revision DROP COLUMN restored_at;
DROP TABLE resource_secrets;
