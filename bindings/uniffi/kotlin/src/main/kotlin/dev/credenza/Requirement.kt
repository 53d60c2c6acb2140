package dev.credenza

/**
 * What a route asks for beyond a valid token. Empty members ask for nothing; everything else must be fulfilled. Made
 * once for each route and kept.
 */
public class Requirement private constructor(internal val core: RequirementCore) : AutoCloseable {
    internal val number: Long = core.number()

    /**
     * @param scopes scopes, all of them (RFC 6750 section 3.1).
     * @param anyScope scopes, at least one of them.
     * @param clientIds clients, to one of which the token was issued.
     * @param tenants tenants, to one of which the token belongs.
     * @param organizations organisations, to one of which the token belongs.
     * @param roles roles, all of them.
     * @param anyRole roles, at least one of them.
     * @param permissions permissions, all of them.
     * @param anyPermission permissions, at least one of them.
     * @param plans plans, one of which is subscribed to.
     * @param acrValues authentication contexts, one of which the sign-in reached (RFC 9470 section 4).
     * @param maxAge how long ago the user may have signed in, in seconds (RFC 9470 section 4).
     * @param maxTokenAge how old the token may be since its `iat`, in seconds.
     * @param bound whether the token must be bound to its sender (RFC 9449, RFC 8705).
     */
    @JvmOverloads
    public constructor(
        scopes: List<String> = emptyList(),
        anyScope: List<String> = emptyList(),
        clientIds: List<String> = emptyList(),
        tenants: List<String> = emptyList(),
        organizations: List<String> = emptyList(),
        roles: List<String> = emptyList(),
        anyRole: List<String> = emptyList(),
        permissions: List<String> = emptyList(),
        anyPermission: List<String> = emptyList(),
        plans: List<String> = emptyList(),
        acrValues: List<String> = emptyList(),
        maxAge: Long? = null,
        maxTokenAge: Long? = null,
        bound: Boolean = false,
    ) : this(
        made {
            RequirementCore(
                scopes,
                anyScope,
                clientIds,
                tenants,
                organizations,
                roles,
                anyRole,
                permissions,
                anyPermission,
                plans,
                acrValues,
                maxAge,
                maxTokenAge,
                bound,
            )
        },
    )

    /** Releases it before the garbage collector does. */
    override fun close(): Unit = core.close()

    public companion object {
        /** Scopes, all of them. */
        @JvmStatic
        public fun scopes(vararg scopes: String): Requirement = Requirement(scopes = scopes.asList())

        /**
         * A requirement as JSON, the same document in every language.
         *
         * @throws SettingsException for any other document.
         */
        @JvmStatic
        @Throws(SettingsException::class)
        public fun fromJson(json: String): Requirement = Requirement(made { RequirementCore.fromJson(json.wellFormed()) })
    }
}
