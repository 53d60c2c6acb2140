package dev.credenza.connectors

import dev.credenza.Requirement

/**
 * What a route asks for beyond a valid token: values that are compared, added up with [and], and kept. Empty members ask
 * for nothing; everything else must be fulfilled.
 *
 * @property scopes scopes, all of them (RFC 6750 section 3.1).
 * @property anyScope scopes, at least one of them.
 * @property clients clients, to one of which the token was issued.
 * @property tenants tenants, to one of which the token belongs.
 * @property organizations organisations, to one of which the token belongs.
 * @property roles roles, all of them.
 * @property anyRole roles, at least one of them.
 * @property permissions permissions, all of them.
 * @property anyPermission permissions, at least one of them.
 * @property plans plans, one of which is subscribed to.
 * @property acr authentication contexts, one of which the sign-in reached (RFC 9470 section 4).
 * @property maxAge how long ago the user may have signed in, in seconds (RFC 9470 section 4).
 * @property maxTokenAge how old the token may be since its `iat`, in seconds.
 * @property bound whether the token must be bound to its sender (RFC 9449, RFC 8705).
 */
public data class Needs(
    val scopes: List<String> = emptyList(),
    val anyScope: List<String> = emptyList(),
    val clients: List<String> = emptyList(),
    val tenants: List<String> = emptyList(),
    val organizations: List<String> = emptyList(),
    val roles: List<String> = emptyList(),
    val anyRole: List<String> = emptyList(),
    val permissions: List<String> = emptyList(),
    val anyPermission: List<String> = emptyList(),
    val plans: List<String> = emptyList(),
    val acr: List<String> = emptyList(),
    val maxAge: Long? = null,
    val maxTokenAge: Long? = null,
    val bound: Boolean = false,
) {
    /**
     * What both ask for. Of lists of which one value is enough, those values are left that are in both.
     *
     * @throws IllegalArgumentException when nothing can fulfil both, or when it cannot be said in one list.
     */
    public infix fun and(other: Needs): Needs = Needs(
        scopes = all(scopes, other.scopes),
        anyScope = oneOf("anyScope", anyScope, other.anyScope, isSingle = false),
        clients = oneOf("clients", clients, other.clients),
        tenants = oneOf("tenants", tenants, other.tenants),
        organizations = oneOf("organizations", organizations, other.organizations),
        roles = all(roles, other.roles),
        anyRole = oneOf("anyRole", anyRole, other.anyRole, isSingle = false),
        permissions = all(permissions, other.permissions),
        anyPermission = oneOf("anyPermission", anyPermission, other.anyPermission, isSingle = false),
        plans = oneOf("plans", plans, other.plans),
        acr = oneOf("acr", acr, other.acr),
        maxAge = least(maxAge, other.maxAge),
        maxTokenAge = least(maxTokenAge, other.maxTokenAge),
        bound = bound || other.bound,
    )

    /** As the validator takes it: to be made once and kept. */
    internal fun requirement(): Requirement = Requirement(
        scopes,
        anyScope,
        clients,
        tenants,
        organizations,
        roles,
        anyRole,
        permissions,
        anyPermission,
        plans,
        acr,
        maxAge,
        maxTokenAge,
        bound,
    )

    public companion object {
        /** A valid token, and nothing more. */
        @JvmField
        public val NONE: Needs = Needs()

        /** Scopes, all of them. */
        @JvmStatic
        public fun scopes(vararg scopes: String): Needs = Needs(scopes = scopes.asList())

        /** Scopes, at least one of them. */
        @JvmStatic
        public fun anyScope(vararg scopes: String): Needs = Needs(anyScope = scopes.asList())

        /** Clients, to one of which the token was issued. */
        @JvmStatic
        public fun clients(vararg clients: String): Needs = Needs(clients = clients.asList())

        /** Tenants, to one of which the token belongs. */
        @JvmStatic
        public fun tenants(vararg tenants: String): Needs = Needs(tenants = tenants.asList())

        /** Organisations, to one of which the token belongs. */
        @JvmStatic
        public fun organizations(vararg organizations: String): Needs = Needs(organizations = organizations.asList())

        /** Roles, all of them. */
        @JvmStatic
        public fun roles(vararg roles: String): Needs = Needs(roles = roles.asList())

        /** Roles, at least one of them. */
        @JvmStatic
        public fun anyRole(vararg roles: String): Needs = Needs(anyRole = roles.asList())

        /** Permissions, all of them. */
        @JvmStatic
        public fun permissions(vararg permissions: String): Needs = Needs(permissions = permissions.asList())

        /** Permissions, at least one of them. */
        @JvmStatic
        public fun anyPermission(vararg permissions: String): Needs = Needs(anyPermission = permissions.asList())

        /** Plans, one of which is subscribed to. */
        @JvmStatic
        public fun plans(vararg plans: String): Needs = Needs(plans = plans.asList())

        /** Authentication contexts, one of which the sign-in reached (RFC 9470). */
        @JvmStatic
        public fun acr(vararg values: String): Needs = Needs(acr = values.asList())

        /** A sign-in that is at most so many seconds old (RFC 9470). */
        @JvmStatic
        public fun maxAge(seconds: Long): Needs = Needs(maxAge = seconds)

        /** A token that is at most so many seconds old. */
        @JvmStatic
        public fun maxTokenAge(seconds: Long): Needs = Needs(maxTokenAge = seconds)

        /** A token that is bound to its sender by DPoP or a certificate. */
        @JvmStatic
        public fun bound(): Needs = Needs(bound = true)

        private fun all(one: List<String>, other: List<String>) = (one + other).distinct()

        private fun least(one: Long?, other: Long?) = listOfNotNull(one, other).minOrNull()

        /** A token has one value of what [isSingle], and so the values in both lists are what may stand there. */
        private fun oneOf(
            name: String,
            one: List<String>,
            other: List<String>,
            isSingle: Boolean = true,
        ): List<String> {
            if (one.isEmpty() || other.isEmpty() || one == other) return one + (other - one.toSet())
            require(isSingle) { "$name stands twice for one route, which cannot be said in one list" }
            return one.filter { it in other }.also {
                require(it.isNotEmpty()) { "$name of one route contradict each other: $one, $other" }
            }
        }
    }
}
