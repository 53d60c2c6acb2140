package dev.credenza.service

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import java.net.URI
import java.time.Clock

/** Where the token of a call comes from. */
internal interface TokenSource {
    suspend fun token(): String

    /** Throws a token away that was refused, so that there may be another; false where there is none. */
    fun discard(token: String): Boolean
}

/** The token of whoever called: nothing can replace it. */
internal class Forwarded(private val token: String) : TokenSource {
    override suspend fun token() = token

    override fun discard(token: String) = false
}

/**
 * Tokens of `client_credentials` for one resource with one set of scopes: one is kept until shortly before it expires, and
 * asked for once for all who wait.
 */
internal class Tokens(
    private val provider: Provider,
    private val scope: CoroutineScope,
    private val clock: Clock,
    private val resource: URI,
    private val scopes: List<String>,
) : TokenSource {
    private class Kept(val token: String, val until: Long)

    private val lock = Any()
    private var kept: Kept? = null
    private var flight: Deferred<String>? = null

    override suspend fun token(): String {
        val pending = synchronized(lock) {
            kept?.takeIf { clock.millis() < it.until }?.let { return it.token }
            // It goes on when one of those who wait for it leaves.
            flight ?: scope.async { asked() }.also { flight = it }
        }
        return pending.await()
    }

    override fun discard(token: String): Boolean {
        synchronized(lock) { if (kept?.token == token) kept = null }
        return true
    }

    private suspend fun asked(): String {
        val askedAt = clock.millis()
        val issued = try {
            provider.token(resource, scopes)
        } catch (failure: Throwable) {
            synchronized(lock) { flight = null }
            throw failure
        }
        synchronized(lock) {
            flight = null
            // Nobody knows how long one without expires_in is good, so that it is not kept.
            kept = issued.lifetime?.let { Kept(issued.accessToken, askedAt + it * SECOND - margin(it)) }
        }
        return issued.accessToken
    }

    private companion object {
        const val SECOND = 1000L
        const val MARGIN = 60L
        const val PART = 10

        /** How long before its end a token is replaced, in milliseconds; of its lifetime in seconds. */
        fun margin(lifetime: Long) = minOf(MARGIN * SECOND, lifetime * SECOND / PART)
    }
}
