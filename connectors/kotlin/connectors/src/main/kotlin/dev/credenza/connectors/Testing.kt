@file:JvmName("Testing")

package dev.credenza.connectors

import dev.credenza.Settings
import dev.credenza.TestIssuer
import dev.credenza.fetcher
import dev.credenza.mint
import java.time.Clock

/**
 * The value of `Authorization` for a request in a test.
 *
 * @param audience whom the token is for.
 * @param scopes its scopes.
 * @param claims further claims, or other values for the usual ones; null removes one.
 */
@JvmOverloads
public fun TestIssuer.bearer(
    audience: String,
    scopes: List<String> = emptyList(),
    claims: Map<String, Any?> = emptyMap(),
    clock: Clock = Clock.systemUTC(),
): String {
    val scope = if (scopes.isEmpty()) emptyMap() else mapOf("scope" to scopes.joinToString(" "))
    return "Bearer " + mint(scope + claims, audience, clock = clock)
}

/** This issuer as a guard trusts it, without a network. */
@JvmOverloads
public fun TestIssuer.trusted(audience: String, clock: Clock = Clock.systemUTC()): TrustedIssuer =
    TrustedIssuer.of(Settings(issuer(), listOf(audience)), fetcher(clock), clock)
