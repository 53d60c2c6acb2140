DROP TABLE email_challenges;
DROP TABLE mails;
