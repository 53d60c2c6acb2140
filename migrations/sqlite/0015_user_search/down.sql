DROP INDEX users_disabled;
DROP INDEX users_created;
DROP INDEX users_name_search;
DROP INDEX users_phone_search;
DROP INDEX users_email_search;
ALTER TABLE users DROP COLUMN name_search;
ALTER TABLE users DROP COLUMN phone_search;
ALTER TABLE users DROP COLUMN email_search;
