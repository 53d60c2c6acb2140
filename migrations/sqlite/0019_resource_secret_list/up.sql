-- Lists of the secrets of resources, the newest first, page by page.
CREATE INDEX resource_secrets_list ON resource_secrets (tenant_id, created_at DESC, kid);
