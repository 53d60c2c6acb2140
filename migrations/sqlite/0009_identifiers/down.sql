DROP TABLE username_looks;
DROP INDEX users_email;
ALTER TABLE users DROP COLUMN email_key;
