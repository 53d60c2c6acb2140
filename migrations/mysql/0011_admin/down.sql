DROP TABLE idempotency;
DROP TABLE admin_roles;
