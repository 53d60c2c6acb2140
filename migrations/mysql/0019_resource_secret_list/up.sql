-- Lists of the secrets of resources, the newest first, page by page.
-- It is made unless it exists, since each statement commits by itself: see 0006.
SET @there = (SELECT COUNT(*) FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'resource_secrets' AND index_name = 'resource_secrets_list');
SET @make = IF(@there = 0, 'CREATE INDEX resource_secrets_list ON resource_secrets (tenant_id, created_at DESC, kid)', 'DO 0');
PREPARE make FROM @make;
EXECUTE make;
DEALLOCATE PREPARE make;
