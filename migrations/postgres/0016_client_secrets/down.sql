DROP INDEX clients_service_account;
ALTER TABLE clients DROP COLUMN service_account;
DROP TABLE client_secrets;
