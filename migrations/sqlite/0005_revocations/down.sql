DROP INDEX grants_revoked;
DROP TABLE token_lifetimes;
DROP TABLE revoked_jwts;
DROP TABLE revocations;
