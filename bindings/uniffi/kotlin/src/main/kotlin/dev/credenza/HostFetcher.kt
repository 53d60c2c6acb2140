package dev.credenza

import java.time.Instant

/** Knows issuers that the settings do not name, such as those of tenants. */
public fun interface IssuerResolver {
    /**
     * The settings of [issuer] as JSON, as in `issuers`, or null where it is not trusted. Nothing vouches for the name yet:
     * it is what a token says.
     */
    public suspend fun resolve(issuer: String): String?
}

/** A store of used DPoP proofs that all nodes share (RFC 9449 section 11.1). */
public fun interface ReplayStore {
    /**
     * Records [name] until [until] at least, and says whether it was new. Of two calls with the same name at once, one is
     * told that it was: `SET NX` in Redis. Where it fails, the request is refused with 503.
     */
    public suspend fun remember(name: String, until: Instant): Boolean
}

/**
 * Answers what is asked of the host itself, and leaves the rest to [http]. It goes with the settings `resolveIssuers` and
 * `dpop.sharedReplays`.
 */
public class HostFetcher @JvmOverloads constructor(
    private val http: Fetcher,
    private val resolver: IssuerResolver? = null,
    private val replays: ReplayStore? = null,
) : Fetcher {
    override suspend fun fetch(fetch: Fetch): FetchResponse = when {
        fetch.method == "RESOLVE" && resolver != null -> {
            val settings = resolver.resolve(fetch.url)
            FetchResponse(if (settings == null) UNKNOWN else OK, settings.orEmpty().toByteArray())
        }
        fetch.method == "REMEMBER" && replays != null -> {
            val until = Instant.ofEpochSecond(checkNotNull(fetch.body).toLong())
            FetchResponse(if (replays.remember(fetch.key, until)) OK else KNOWN, ByteArray(0))
        }
        else -> http.fetch(fetch)
    }

    private companion object {
        const val OK = 200
        const val UNKNOWN = 404
        const val KNOWN = 409
    }
}
