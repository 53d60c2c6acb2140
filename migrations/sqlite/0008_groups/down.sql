ALTER TABLE users DROP COLUMN attributes;
DROP TABLE role_assignments;
DROP TABLE group_members;
DROP TABLE groups;
