package dev.credenza.login

import com.nimbusds.oauth2.sdk.util.URLUtils
import dev.credenza.Claims
import dev.credenza.Denied
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.slf4j.LoggerFactory
import java.net.URLEncoder

/** The end of sessions: by the person, and by the provider (RP-Initiated, Back-Channel and Front-Channel Logout). */
internal class Logout(
    private val settled: Settled,
    private val provider: Provider,
    private val tokens: Tokens,
    private val sessions: Sessions,
    private val pages: Pages,
) : AutoCloseable {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)

    suspend fun byPerson(exchange: Exchange): LoginAnswer {
        exchange.isPrivate()
        if (isOfAnotherSite(exchange)) return json(FORBIDDEN, "forbidden")
        val session = sessions.load(exchange)
        sessions.end(exchange, session)
        session?.tokens?.refreshToken?.let(::revoke)
        val after = exchange.parameter("return_to")?.let { returnTo(it, settled.origin) } ?: settled.config.afterLogout
        return redirect(SEE_OTHER, session?.let { atProvider(it, after) } ?: after)
    }

    suspend fun byProvider(exchange: Exchange): LoginAnswer {
        val isForm = exchange.header("Content-Type").orEmpty().substringBefore(';').trim()
            .equals("application/x-www-form-urlencoded", ignoreCase = true)
        val form = if (isForm) URLUtils.parseParameters(exchange.body.orEmpty()) else emptyMap()
        val token = form["logout_token"]?.singleOrNull() ?: return json(BAD_REQUEST, "invalid_request")
        return try {
            // A token is good once: not while there is no store in which sessions could end.
            sessions.awake()
            ended(provider.ofLogoutTokens().checkLogoutToken(token))
        } catch (denied: Denied) {
            log.warn("logout token refused: {}", denied.detail.reason)
            if (denied.status == UNAVAILABLE) later() else json(BAD_REQUEST, "invalid_request")
        } catch (failure: UnavailableException) {
            log.warn("logout token not checked: {}", failure.message)
            later()
        }
    }

    /** Ends what a logout token names, unless it was used before, at whichever instance. */
    private fun ended(claims: Claims): LoginAnswer {
        val taken = claims.jti?.let(sessions::take)
        if (taken == null) {
            log.warn("logout token refused: it was used before")
            return json(BAD_REQUEST, "invalid_request")
        }
        try {
            val sid = claims.sessionId
            if (sid != null) sessions.endSid(sid) else claims.sub?.let(sessions::endSub)
        } catch (failure: Exception) {
            runCatching(taken::close)
            throw failure
        }
        return LoginAnswer(OK, mapOf("Cache-Control" to "no-store"))
    }

    fun inFrame(exchange: Exchange): LoginAnswer {
        exchange.isPrivate()
        val session = sessions.load(exchange)
        val sid = exchange.parameter("sid")
        if (session != null && sid != null && sid == session.sid && exchange.parameter("iss") == settled.issuer) {
            sessions.end(exchange, session)
            session.tokens.refreshToken?.let(::revoke)
        }
        return pages.loggedOut()
    }

    override fun close(): Unit = scope.cancel()

    /**
     * Browsers say where a form comes from; without either field it is no browser, and no other site sent it. A page whose
     * `Referrer-Policy` is `no-referrer` sends `null` as its origin, so that `Sec-Fetch-Site` has to do then.
     */
    private fun isOfAnotherSite(exchange: Exchange): Boolean {
        val site = exchange.header("Sec-Fetch-Site")
        return when (val origin = exchange.header("Origin")) {
            "null" -> site != "same-origin"
            else -> site == "cross-site" || (origin != null && origin != settled.origin)
        }
    }

    /** Where the provider ends its own session; null where it cannot be asked, or has no such place. */
    private suspend fun atProvider(session: Session, after: String): String? {
        val endpoint = try {
            provider.metadata().endSession ?: return null
        } catch (failure: UnavailableException) {
            log.warn("no logout at the provider: {}", failure.message)
            return null
        }
        val parameters = listOf(
            "id_token_hint" to session.idToken,
            "client_id" to settled.clientId,
            "post_logout_redirect_uri" to settled.origin + after,
            "state" to randomText(),
        ).joinToString("&") { (name, value) -> name + "=" + URLEncoder.encode(value, Charsets.UTF_8) }
        return "$endpoint${if (endpoint.rawQuery == null) "?" else "&"}$parameters"
    }

    private fun revoke(refreshToken: String) {
        scope.launch {
            try {
                tokens.revoke(refreshToken)
            } catch (failure: UnavailableException) {
                log.info("a refresh token is not revoked: {}", failure.message)
            } catch (refused: RefusedException) {
                log.info("a refresh token is not revoked: {}", refused.message)
            }
        }
    }

    private fun later() = json(UNAVAILABLE, "temporarily_unavailable", mapOf("Retry-After" to RETRY_AFTER))

    private companion object {
        const val OK = 200
        const val SEE_OTHER = 303
        const val BAD_REQUEST = 400
        const val FORBIDDEN = 403
        const val UNAVAILABLE = 503
        val log = LoggerFactory.getLogger("dev.credenza.login")
    }
}
