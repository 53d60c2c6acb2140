package dev.credenza.kit

import dev.credenza.connectors.Caller

/**
 * Which roles may do what, by a table of the service's own, such as
 * `mapOf("editor" to listOf("items:read", "items:write"), "admin" to listOf("*"))`; `*` is everything.
 */
public class Roles(table: Map<String, Collection<String>>) {
    private val table = table.mapValues { (_, permissions) -> permissions.toSet() }

    /** Whether a caller has a permission: by one of its roles, or in its token. Nobody has none. */
    public fun allows(caller: Caller?, permission: String): Boolean {
        if (caller == null || permission.isEmpty() || permission == EVERYTHING) return false
        if (permission in caller.permissions) return true
        return caller.roles.any { role -> table[role].orEmpty().let { permission in it || EVERYTHING in it } }
    }

    /** A gate for those who have the permission; 403 `permission_missing` for others. */
    public fun requires(permission: String): Gate = Gate { exchange ->
        if (!allows(exchange.caller, permission)) {
            throw Problem(FORBIDDEN, "permission_missing", members = mapOf("permission" to permission))
        }
    }

    private companion object {
        const val EVERYTHING = "*"
    }
}
