ALTER TABLE revision DROP COLUMN revoked;
