package dev.credenza.connectors

import dev.credenza.Claims
import java.time.Instant

/**
 * Whom a request is from: the claims of the token that was accepted. It prints no claims, which are personal data.
 *
 * @property claims every claim, by name, as the validator gives it.
 */
public class Caller internal constructor(public val claims: Claims, private val places: Places) {
    /** The user, or the client where [isUser] does not hold. */
    public val sub: String? get() = claims.sub

    /** Whom the token was issued to. */
    public val clientId: String? get() = places.client.firstNotNullOfOrNull { text(it) }

    /** The scopes of the token. */
    public val scopes: List<String> get() = places.scopes.firstOrNull { value(it) != null }?.let { texts(it) }.orEmpty()

    /** The tenant. */
    public val tenant: String? get() = text(places.tenant)

    /** The organisation. */
    public val organization: String? get() = text(places.organization)

    /** The roles. */
    public val roles: List<String> get() = texts(places.roles)

    /** The permissions. */
    public val permissions: List<String> get() = texts(places.permissions)

    /** The plan that is paid for. */
    public val plan: String? get() = text(places.plan)

    /** The authentication context of the sign-in. */
    public val acr: String? get() = claims.acr

    /** When the user signed in. */
    public val authTime: Instant? get() = claims.authTime

    /** Whether a user stands behind the token. A client has none with `client_credentials`: then it is its own subject. */
    public val isUser: Boolean get() = sub != null && sub != clientId

    override fun toString(): String = "Caller"

    private fun text(name: String): String? = value(name) as? String

    private fun texts(name: String): List<String> = when (val value = value(name)) {
        is String -> value.split(' ').filter(String::isNotEmpty)
        is List<*> -> value.filterIsInstance<String>()
        else -> emptyList()
    }

    /** A claim by its name, or by a JSON Pointer (RFC 6901) when it begins with a slash. */
    private fun value(name: String): Any? {
        if (!name.startsWith('/')) return claims[name]
        val steps = name.drop(1).split('/').map { it.replace("~1", "/").replace("~0", "~") }
        return steps.drop(1).fold(claims[steps.first()]) { found, step ->
            when (found) {
                is Map<*, *> -> found[step]
                is List<*> -> if (INDEX.matches(step)) found.getOrNull(step.toIntOrNull() ?: -1) else null
                else -> null
            }
        }
    }

    private companion object {
        val INDEX = Regex("0|[1-9][0-9]*")
    }
}
