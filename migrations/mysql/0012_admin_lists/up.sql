-- Lists of initial access tokens, the oldest first, page by page.
-- It is made unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'initial_access_tokens' AND index_name = 'initial_access_tokens_list');
SET @make = IF(@there = 0, 'CREATE INDEX initial_access_tokens_list ON initial_access_tokens (tenant_id, created_at, token_id)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
