-- Lists of initial access tokens, the oldest first, page by page.
CREATE INDEX initial_access_tokens_list ON initial_access_tokens (tenant_id, created_at, token_id);
