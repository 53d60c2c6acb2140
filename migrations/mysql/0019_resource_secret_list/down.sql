DROP INDEX resource_secrets_list ON resource_secrets;
