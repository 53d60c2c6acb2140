DROP INDEX users_disabled ON users;
DROP INDEX users_created ON users;
DROP INDEX users_name_search ON users;
DROP INDEX users_phone_search ON users;
DROP INDEX users_email_search ON users;
ALTER TABLE users DROP COLUMN name_search;
ALTER TABLE users DROP COLUMN phone_search;
ALTER TABLE users DROP COLUMN email_search;
