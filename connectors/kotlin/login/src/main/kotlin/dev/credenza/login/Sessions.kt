package dev.credenza.login

import java.security.MessageDigest
import java.time.Duration
import java.util.Base64

/** Where sessions are. What these throw is trouble with a store; a cookie that is no session is null. */
internal interface Sessions : AutoCloseable {
    /** Keeps a new session and tells the browser. */
    fun begin(exchange: Exchange, session: Session)

    /** Tells the browser what was [keep]t, where it has to know. */
    fun update(exchange: Exchange, session: Session)

    fun load(exchange: Exchange): Session?

    /** Keeps what changed in a session; browsers are told by [update]. False where it has ended meanwhile. */
    fun keep(session: Session): Boolean

    /** The newest state of a session that was loaded: another instance may have changed it. Null where it has ended. */
    fun reload(session: Session): Session?

    /** Ends a session everywhere, and tells the browser. */
    fun end(exchange: Exchange, session: Session?)

    /** Ends a session whose cookie was replaced. */
    fun forget(session: Session)

    fun endSid(sid: String)

    fun endSub(sub: String)

    /** Asks the store, and throws where it is away. */
    fun awake()

    /** Takes a logout token that was used nowhere yet; null for one that was. Closing it gives it back. */
    fun take(jti: String): AutoCloseable?

    /** Runs [work] where no other instance does so for this session. */
    suspend fun <T> alone(session: Session, work: suspend () -> T): T
}

/** A session is too long for cookies. */
internal class TooLongException(size: Int) :
    Exception("the session is too large for cookies: $size bytes, 16000 at most; keep sessions in memory or Redis")

/** Sessions in cookies, sealed, in several where one is too small. */
internal class CookieSessions(
    private val settled: Settled,
    private val sealed: Sealed,
    private val cookies: Cookies,
    private val ended: Ended,
    private val store: SessionStore,
) : Sessions {
    private val name = settled.cookie("credenza")

    override fun begin(exchange: Exchange, session: Session): Unit = update(exchange, session)

    override fun update(exchange: Exchange, session: Session) {
        val value = sealed.seal(name, session.bytes())
        if (value.length > MOST) throw TooLongException(value.length)
        val parts = value.chunked(PART - name.length - ATTRIBUTES)
        parts.forEachIndexed { index, part ->
            // The first says how many there are, so that one that is missing is missed.
            val content = if (index == 0) "${parts.size}.$part" else part
            cookies.set(exchange, partName(index), content, session.expiresAt - settled.now())
        }
        removeParts(exchange, parts.size)
    }

    override fun load(exchange: Exchange): Session? {
        val sent = cookies.read(exchange)
        val first = sent[name] ?: return null
        val count = first.substringBefore('.').toIntOrNull()?.takeIf { it in 1..MOST_PARTS } ?: return null
        val parts = (1 until count).map { sent[partName(it)] ?: return null }
        val content = sealed.open(name, first.substringAfter('.') + parts.joinToString("")) ?: return null
        return Session.of(content).takeUnless(ended::has)
    }

    override fun keep(session: Session): Boolean = !ended.has(session)

    override fun reload(session: Session): Session? = session.takeUnless(ended::has)

    override fun forget(session: Session): Unit = ended.session(session)

    override fun end(exchange: Exchange, session: Session?) {
        session?.let(::forget)
        removeParts(exchange, 0)
    }

    override fun endSid(sid: String): Unit = ended.sid(sid)

    override fun endSub(sub: String): Unit = ended.sub(sub)

    override fun awake() {
        store.get(AWAKE)
    }

    override fun take(jti: String): AutoCloseable? = store.lock(jtiName(jti), USED)

    override suspend fun <T> alone(session: Session, work: suspend () -> T): T = work()

    override fun close(): Unit = store.close()

    private fun removeParts(exchange: Exchange, from: Int) {
        val sent = cookies.read(exchange)
        (from until MOST_PARTS).map(::partName).filter(sent::containsKey).forEach { cookies.remove(exchange, it) }
    }

    private fun partName(index: Int) = if (index == 0) name else "$name.$index"

    private companion object {
        const val PART = 3800
        const val ATTRIBUTES = 80
        const val MOST = 16_000
        const val MOST_PARTS = 6
    }
}

/** Sessions in a store: the cookie has an id, of which the store knows the hash alone. */
internal class StoredSessions(
    private val settled: Settled,
    private val sealed: Sealed,
    private val cookies: Cookies,
    private val store: SessionStore,
) : Sessions {
    private val name = settled.cookie("credenza")

    override fun begin(exchange: Exchange, session: Session) {
        val key = hashed(session.id)
        val names = listOfNotNull(session.sid?.let(::sidName), subName(session.sub))
        store.put(key, sealed.seal(key, session.bytes()), names, left(session))
        cookies.set(exchange, name, session.id, session.expiresAt - settled.now())
    }

    /** The cookie has an id alone, which stays. */
    override fun update(exchange: Exchange, session: Session): Unit = Unit

    override fun keep(session: Session): Boolean {
        val key = hashed(session.id)
        return store.replace(key, sealed.seal(key, session.bytes()), left(session))
    }

    override fun load(exchange: Exchange): Session? = found(cookies.read(exchange)[name].orEmpty())

    override fun reload(session: Session): Session? = found(session.id)

    override fun forget(session: Session): Unit = store.delete(hashed(session.id))

    override fun end(exchange: Exchange, session: Session?) {
        session?.let(::forget)
        if (name in cookies.read(exchange)) cookies.remove(exchange, name)
    }

    override fun endSid(sid: String): Unit = store.deleteBy(sidName(sid))

    override fun endSub(sub: String): Unit = store.deleteBy(subName(sub))

    override fun awake() {
        store.get(AWAKE)
    }

    override fun take(jti: String): AutoCloseable? = store.lock(jtiName(jti), USED)

    override suspend fun <T> alone(session: Session, work: suspend () -> T): T {
        val lock = locked(store, hashed(session.id))
        try {
            return work()
        } finally {
            lock.close()
        }
    }

    override fun close(): Unit = store.close()

    private fun found(id: String): Session? {
        if (id.length != ID_LENGTH) return null
        val key = hashed(id)
        return sealed.open(key, store.get(key) ?: return null)?.let(Session::of)
    }

    private fun left(session: Session) = Duration.ofSeconds((session.expiresAt - settled.now()).coerceAtLeast(1))

    private fun sidName(sid: String) = "sid:" + hashed(sid)

    private fun subName(sub: String) = "sub:" + hashed(sub)

    private companion object {
        const val ID_LENGTH = 43
    }
}

private fun jtiName(jti: String) = "jti:" + hashed(jti)

/** A key that nobody has. */
private const val AWAKE = "awake"

/** How long it is remembered that a logout token was used: longer than one is accepted. */
private val USED: Duration = Duration.ofHours(1)

internal fun hashed(text: String): String = Base64.getUrlEncoder().withoutPadding()
    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.toByteArray()))
