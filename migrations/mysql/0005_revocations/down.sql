DROP INDEX grants_revoked ON grants;
DROP TABLE token_lifetimes;
DROP TABLE revoked_jwts;
DROP TABLE revocations;
