package dev.credenza.login

import org.slf4j.LoggerFactory
import java.util.concurrent.ConcurrentHashMap

/** What a handler gets that asks for an access token. */
public sealed interface TokenResult {
    /**
     * It is good now.
     *
     * @property token the access token.
     */
    public class Usable internal constructor(public val token: String) : TokenResult

    /** Nobody is signed in, or the session has ended: 401. */
    public object SignedOut : TokenResult

    /** The provider cannot be asked, and the token at hand has expired: 503. The session stays. */
    public object Unavailable : TokenResult
}

/** Keeps the access tokens of sessions fresh: each refresh token is used once, by whoever is first. */
internal class Refresh(private val settled: Settled, private val tokens: Tokens, private val sessions: Sessions) :
    AutoCloseable {
    private sealed interface Outcome {
        class Fresh(val session: Session) : Outcome
        object Ended : Outcome
        object Failed : Outcome
    }

    private class Remembered(val session: Session, val until: Long)

    private val flights = Flights<Outcome>()

    /** What a refresh token became, by its hash: for tabs whose cookie is of before. */
    private val recent = ConcurrentHashMap<String, Remembered>()

    suspend fun token(exchange: Exchange, loaded: Session): TokenResult {
        val session = newest(loaded)
        if (session !== loaded) sessions.update(exchange, session)
        if (isFresh(session.tokens)) return TokenResult.Usable(session.tokens.accessToken)
        if (session.tokens.refreshToken == null) return atHand(session, TokenResult.SignedOut)
        return when (val outcome = flights.shared(keyOf(session)) { refreshed(session) }) {
            is Outcome.Fresh -> {
                sessions.update(exchange, outcome.session)
                TokenResult.Usable(outcome.session.tokens.accessToken)
            }

            is Outcome.Ended -> TokenResult.SignedOut.also { sessions.end(exchange, session) }

            is Outcome.Failed -> atHand(session, TokenResult.Unavailable)
        }
    }

    /** The same session after the rotations that this process has seen since. */
    fun newest(session: Session): Session {
        val now = settled.now()
        recent.values.removeIf { it.until < now }
        var newest = session
        while (true) newest = recent[keyOf(newest)]?.session ?: return newest
    }

    override fun close(): Unit = flights.close()

    private fun atHand(session: Session, otherwise: TokenResult): TokenResult {
        val expiresAt = session.tokens.expiresAt ?: return TokenResult.Usable(session.tokens.accessToken)
        return if (settled.now() < expiresAt) TokenResult.Usable(session.tokens.accessToken) else otherwise
    }

    private suspend fun refreshed(session: Session): Outcome = try {
        sessions.alone(session) { rotated(session) }
    } catch (failure: UnavailableException) {
        log.warn("the access token is not refreshed: {}", failure.message)
        Outcome.Failed
    }

    private suspend fun rotated(before: Session): Outcome {
        // While this waited for the lock, another may have done it.
        val session = newest(sessions.reload(before) ?: return Outcome.Ended)
        if (isFresh(session.tokens)) return Outcome.Fresh(session)
        return try {
            val fresh = session.with(tokens.refresh(session))
            if (fresh.tokens.refreshToken != session.tokens.refreshToken) {
                recent[keyOf(session)] = Remembered(fresh, settled.now() + REMEMBERED)
            }
            if (sessions.keep(fresh)) Outcome.Fresh(fresh) else Outcome.Ended
        } catch (refused: RefusedException) {
            val other = sessions.reload(session)
            if (other != null && keyOf(other) != keyOf(session)) return Outcome.Fresh(other)
            log.warn("the access token is not refreshed: {}", refused.message)
            if (refused.isOver) Outcome.Ended else Outcome.Failed
        }
    }

    private fun isFresh(tokens: TokenSet) = tokens.expiresAt == null || settled.now() < tokens.expiresAt - BEFORE

    private fun keyOf(session: Session) = hashed(session.tokens.refreshToken ?: session.id)

    private companion object {
        /** How long before its end a token is refreshed, in seconds. */
        const val BEFORE = 30L
        const val REMEMBERED = 60L
        val log = LoggerFactory.getLogger("dev.credenza.login")
    }
}
