ALTER TABLE users DROP COLUMN password_change_required;
DROP TABLE user_deletions;
