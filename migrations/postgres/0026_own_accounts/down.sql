DROP TABLE email_undos;
DROP TABLE email_changes;
