DROP INDEX users_attributes_search;
ALTER TABLE users DROP COLUMN attributes_search;
DROP TABLE user_attributes;
