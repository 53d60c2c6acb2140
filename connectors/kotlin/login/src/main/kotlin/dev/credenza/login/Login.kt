package dev.credenza.login

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.slf4j.LoggerFactory

/** The store of sessions cannot be asked: to be answered by [Login.unavailable]. No session is lost. */
public class StoreException internal constructor(cause: Throwable) :
    Exception("the store of sessions is away: $cause", cause)

/**
 * Signs people in at an OpenID provider and keeps their sessions. It knows no framework: [answer] serves the routes of
 * sign-in, and [visit] tells who asks. Made once, used from any thread.
 *
 * @throws LoginSettingException names the setting that is missing or malformed.
 */
public class Login(config: LoginConfig) : AutoCloseable {
    private val settled = Settled(config)
    private val sealed = Sealed(settled.secrets)
    private val cookies = Cookies(settled)
    private val sessions = sessions(config)
    private val pages = Pages(settled)
    private val http = Http()
    private val provider = Provider(settled, http)
    private val tokens = Tokens(settled, provider, http)
    private val flows = Flows(settled, sealed, cookies)
    private val signIn = SignIn(settled, provider, tokens, flows, sessions, pages)
    private val logout = Logout(settled, provider, tokens, sessions, pages)
    private val refresh = Refresh(settled, tokens, sessions)
    private val routes: Map<String, Pair<String, suspend (Exchange) -> LoginAnswer>> = mapOf(
        "login" to ("GET" to signIn::start),
        "callback" to ("GET" to signIn::callback),
        "logout" to ("POST" to logout::byPerson),
        "backchannel-logout" to ("POST" to logout::byProvider),
        "frontchannel-logout" to ("GET" to { exchange -> logout.inFrame(exchange) }),
    )

    /** Where the routes of sign-in are. */
    public val path: String get() = settled.path

    /** Whether a path is one of sign-in's. */
    public fun isRoute(path: String): Boolean = path.startsWith("${settled.path}/") && path.substringAfterLast('/') in
        routes && path == settled.path + "/" + path.substringAfterLast('/')

    /** Answers a request to a route of sign-in; null where it is none. */
    @JvmSynthetic
    public suspend fun answer(exchange: Exchange): LoginAnswer? {
        if (!isRoute(exchange.path)) return null
        val (method, work) = routes.getValue(exchange.path.substringAfterLast('/'))
        if (exchange.method != method) return json(NOT_ALLOWED, "method_not_allowed", mapOf("Allow" to method))
        return try {
            stored { work(exchange) }
        } catch (_: StoreException) {
            pages.unavailable()
        }
    }

    /** Who asks: to be called once for each request whose answer depends on it. */
    public fun visit(exchange: Exchange): Visit {
        exchange.isPrivate()
        return Visit(exchange)
    }

    /** The answer to a request without a session: to the sign-in and back for navigations, 401 for all others. */
    public fun challenge(exchange: Exchange): LoginAnswer = if (exchange.isNavigation) {
        redirect(FOUND, settled.signIn(returnTo(exchange.target, settled.origin)))
    } else {
        json(UNAUTHORIZED, "login_required")
    }

    /** The answer while the provider or the store is away. */
    public fun unavailable(): LoginAnswer =
        json(UNAVAILABLE, "temporarily_unavailable", mapOf("Retry-After" to RETRY_AFTER))

    /** As [answer], on this thread. */
    public fun answerBlocking(exchange: Exchange): LoginAnswer? = runBlocking { answer(exchange) }

    /** Ends requests under way, and closes the store. */
    override fun close() {
        refresh.close()
        logout.close()
        provider.close()
        sessions.close()
    }

    /** A request, and its session. */
    public inner class Visit internal constructor(private val exchange: Exchange) {
        private var loaded: Session? = null
        private var isLoaded = false

        /** Who is signed in; null where nobody is. Throws [StoreException]. */
        @JvmSynthetic
        public suspend fun session(): Session? {
            if (!isLoaded) {
                loaded = stored { current(exchange) }
                isLoaded = true
            }
            return loaded
        }

        /** An access token that is good now. Throws [StoreException]. */
        @JvmSynthetic
        public suspend fun accessToken(): TokenResult {
            val session = session() ?: return TokenResult.SignedOut
            return stored { refresh.token(exchange, session) }
        }

        /** As [session], on this thread. */
        @Throws(StoreException::class)
        public fun sessionBlocking(): Session? = runBlocking { session() }

        /** As [accessToken], on this thread. */
        @Throws(StoreException::class)
        public fun accessTokenBlocking(): TokenResult = runBlocking { accessToken() }
    }

    private fun current(exchange: Exchange): Session? {
        val session = sessions.load(exchange)?.let(refresh::newest) ?: return null
        val now = settled.now()
        val idle = settled.config.idle?.toSeconds()
        val isOver = now >= session.expiresAt || (idle != null && now >= session.seenAt + idle)
        if (isOver) return null.also { sessions.end(exchange, session) }
        if (idle == null || now < session.seenAt + (idle / OFTEN).coerceIn(1, MINUTE)) return session
        val seen = session.seen(now)
        if (!sessions.keep(seen)) return null
        return seen.also { sessions.update(exchange, it) }
    }

    private fun sessions(config: LoginConfig): Sessions {
        val store = config.store ?: config.sessions.takeIf { it != "cookie" }?.let { storeOf("sessions", it) }
        if (store != null) return StoredSessions(settled, sealed, cookies, store)
        val list = storeOf("ended", config.ended)
        return CookieSessions(settled, sealed, cookies, Ended(list, config.lifetime, settled::now), list)
    }

    /** Runs what may ask a store, on threads that may block. */
    private suspend fun <T> stored(work: suspend () -> T): T = withContext(Dispatchers.IO) {
        try {
            work()
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (failure: Exception) {
            throw StoreException(failure).also { log.warn("{}", it.message) }
        }
    }

    private companion object {
        const val FOUND = 302
        const val UNAUTHORIZED = 401
        const val NOT_ALLOWED = 405
        const val UNAVAILABLE = 503
        const val OFTEN = 10
        const val MINUTE = 60L
        val log = LoggerFactory.getLogger("dev.credenza.login")
    }
}
