package dev.credenza.spring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code credenza.*}: issuer and audience are enough. All but the first six of the
 * others are settings of the validator under their own names, with its defaults. Spans are in
 * seconds.
 *
 * @param issuer the issuer, exactly as in its tokens.
 * @param audience names of this service, one of which a token must be for.
 * @param origin scheme, host and prefix as clients see them, behind a reverse proxy; for DPoP.
 * @param preflight whether CORS preflights are passed on to what answers them.
 * @param debug whether answers tell why a request is refused. Not for production.
 * @param resource the URL of this service in its metadata (RFC 9728); the audience by default,
 *     where that is a URL.
 * @param scopesSupported the scopes in the metadata.
 * @param profile the server that issues the tokens, such as keycloak; rfc9068 by default.
 * @param clientIds clients whose tokens are accepted, and no others'.
 * @param tenants tenants whose tokens are accepted, where the issuer has {tenantid} in it (Entra).
 * @param algorithms the signature algorithms accepted.
 * @param secret a secret shared with the issuer, base64url.
 * @param secretText a secret shared with the issuer, as it is.
 * @param keysPem pinned public keys as PEM: then nothing is fetched.
 * @param jwksUri where the JWK set is, if not where the issuer's metadata says.
 * @param tokenTypes the kinds of access token accepted, by typ.
 * @param optionalClaims claims that may be missing though the profile requires them.
 * @param leeway how far clocks may differ.
 * @param maxTokenAge how old a token may be since its iat.
 * @param maxTokenBytes how long a token may be, in bytes.
 * @param realm the realm of challenges.
 * @param resourceMetadata the URL of this service's metadata, for challenges.
 * @param dpop DPoP-bound tokens (RFC 9449).
 * @param introspection introspection of opaque tokens (RFC 7662).
 * @param revocations the issuer's feed of revoked tokens.
 * @param cacheSize how many verified tokens are cached; none by default.
 * @param keyCache how long keys are kept.
 * @param claimNames the names of claims that the specifications leave open.
 * @param allowHttp whether http is fetched from other hosts. For tests only.
 * @param login the settings of the starter for sign-in, which reads them itself.
 * @param kit the settings of the starter for the kit, likewise.
 */
@ConfigurationProperties(prefix = "credenza", ignoreUnknownFields = false)
public record CredenzaProperties(
        String issuer,
        List<String> audience,
        String origin,
        @DefaultValue("false") boolean preflight,
        @DefaultValue("false") boolean debug,
        String resource,
        @DefaultValue List<String> scopesSupported,
        String profile,
        List<String> clientIds,
        List<String> tenants,
        List<String> algorithms,
        String secret,
        String secretText,
        String keysPem,
        String jwksUri,
        List<String> tokenTypes,
        List<String> optionalClaims,
        Long leeway,
        Long maxTokenAge,
        Long maxTokenBytes,
        String realm,
        String resourceMetadata,
        Dpop dpop,
        Introspection introspection,
        Revocations revocations,
        Long cacheSize,
        KeyCache keyCache,
        ClaimNames claimNames,
        Boolean allowHttp,
        Map<String, Object> login,
        Map<String, Object> kit) {

    /**
     * DPoP (RFC 9449).
     *
     * @param enabled whether bound tokens are accepted.
     * @param required whether bearer tokens are refused.
     * @param nonce whether a proof must carry a nonce of this service.
     * @param nonceSecret the secret of nonces, base64url, the same on every node.
     * @param maxAge how old a proof may be.
     * @param algorithms accepted algorithms.
     * @param replays how many proofs are remembered.
     */
    public record Dpop(
            @DefaultValue("true") boolean enabled,
            Boolean required,
            Boolean nonce,
            String nonceSecret,
            Long maxAge,
            List<String> algorithms,
            Long replays) {
        Map<String, Object> settings() {
            return enabled
                    ? members(
                            "required", required,
                            "nonce", nonce,
                            "nonce_secret", nonceSecret,
                            "max_age", maxAge,
                            "algorithms", algorithms,
                            "replays", replays)
                    : null;
        }
    }

    /**
     * Introspection (RFC 7662).
     *
     * @param clientId the client that this service is.
     * @param clientSecret its secret.
     * @param endpoint where to ask, if not where the issuer's metadata says.
     * @param cacheSeconds how long an answer is kept.
     * @param cacheSize how many answers are kept.
     * @param always whether JWTs are asked about too.
     * @param signed whether answers have to be signed (RFC 9701).
     */
    public record Introspection(
            String clientId,
            String clientSecret,
            String endpoint,
            Long cacheSeconds,
            Long cacheSize,
            Boolean always,
            Boolean signed) {
        Map<String, Object> settings() {
            return members(
                    "client_id", clientId,
                    "client_secret", clientSecret,
                    "endpoint", endpoint,
                    "cache_seconds", cacheSeconds,
                    "cache_size", cacheSize,
                    "always", always,
                    "signed", signed);
        }
    }

    /**
     * The feed of revoked tokens.
     *
     * @param uri where it is, if not where the issuer's metadata says.
     * @param interval how often it is fetched.
     * @param maxStale how long tokens are accepted while it cannot be fetched.
     */
    public record Revocations(String uri, Long interval, Long maxStale) {
        Map<String, Object> settings() {
            return members("uri", uri, "interval", interval, "max_stale", maxStale);
        }
    }

    /**
     * How long keys are kept.
     *
     * @param refreshAfter when they are fetched again.
     * @param maxAge when they are no longer used.
     * @param cooldown how soon they are fetched again after a failure, or for an unknown key.
     * @param maxStale how long they are used while they cannot be fetched.
     */
    public record KeyCache(Long refreshAfter, Long maxAge, Long cooldown, Long maxStale) {
        Map<String, Object> settings() {
            return members(
                    "refresh_after",
                    refreshAfter,
                    "max_age",
                    maxAge,
                    "cooldown",
                    cooldown,
                    "max_stale",
                    maxStale);
        }
    }

    /**
     * Names of claims; one that begins with / is a JSON Pointer.
     *
     * @param tenant the tenant.
     * @param organization the organisation.
     * @param roles the roles.
     * @param permissions the permissions.
     * @param plan the plan.
     * @param scope the scopes.
     * @param client the client.
     */
    public record ClaimNames(
            String tenant,
            String organization,
            String roles,
            String permissions,
            String plan,
            String scope,
            String client) {
        Map<String, Object> settings() {
            return members(
                    "tenant", tenant,
                    "organization", organization,
                    "roles", roles,
                    "permissions", permissions,
                    "plan", plan,
                    "scope", scope,
                    "client", client);
        }
    }

    /** The settings of the validator. */
    Map<String, Object> settings() {
        return members(
                "issuer", issuer,
                "audience", audience,
                "profile", profile,
                "client_ids", clientIds,
                "tenants", tenants,
                "algorithms", algorithms,
                "secret", secret,
                "secret_text", secretText,
                "keys_pem", keysPem,
                "jwks_uri", jwksUri,
                "token_types", tokenTypes,
                "optional_claims", optionalClaims,
                "leeway", leeway,
                "max_token_age", maxTokenAge,
                "max_token_bytes", maxTokenBytes,
                "realm", realm,
                "resource_metadata", resourceMetadata,
                "dpop", dpop == null ? null : dpop.settings(),
                "introspection", introspection == null ? null : introspection.settings(),
                "revocations", revocations == null ? null : revocations.settings(),
                "cache_size", cacheSize,
                "key_cache", keyCache == null ? null : keyCache.settings(),
                "claim_names", claimNames == null ? null : claimNames.settings(),
                "allow_http", allowHttp);
    }

    private static Map<String, Object> members(Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            if (namesAndValues[at + 1] != null) {
                members.put((String) namesAndValues[at], namesAndValues[at + 1]);
            }
        }
        return members;
    }

    /** Prints no secrets. */
    @Override
    public String toString() {
        return "CredenzaProperties[issuer=" + issuer + ", audience=" + audience + "]";
    }
}
