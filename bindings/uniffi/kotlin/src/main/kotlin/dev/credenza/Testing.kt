@file:JvmName("Testing")

package dev.credenza

import java.time.Clock

/**
 * Mints a token: by default an access token of RFC 9068, valid for five minutes.
 *
 * @param claims claims added to the usual ones, or replacing them; null removes one.
 * @param audience the audience.
 * @param typ `typ` of the header.
 * @param alg ES256, ES384 or EdDSA.
 * @param lifetime how long it is valid, in seconds.
 */
@JvmOverloads
public fun TestIssuer.mint(
    claims: Map<String, Any?> = emptyMap(),
    audience: String? = null,
    typ: String? = null,
    alg: Algorithm? = null,
    lifetime: Long? = null,
    clock: Clock = Clock.systemUTC(),
): String = made {
    mint(MintOptions(Json.write(claims), audience, typ, alg, lifetime), Math.floorDiv(clock.millis(), 1000L))
}

/** A fetcher that answers what this issuer would, without a network. */
@JvmOverloads
public fun TestIssuer.fetcher(clock: Clock = Clock.systemUTC()): Fetcher = Fetcher { fetch ->
    val response = respond(fetch.url, Math.floorDiv(clock.millis(), 1000L))
    FetchResponse(response.status, response.body.toByteArray())
}
