DROP INDEX resource_secrets_list;
