DROP TABLE resource_secrets;
