// Chart 995: Sign-in for Kotlin and Java, the core | seals, own paths, stores and their locks, settings, idle sessions
package dev.credenza.login

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.Base64

class LoginTest {
    private val old = "a".repeat(32)
    private val new = "b".repeat(32)
    private val text = "text".toByteArray()

    @Test
    fun `what is sealed opens under its name, with one of the secrets`() {
        val sealed = Sealed(listOf(old)).seal("name", text)
        assertArrayEquals(text, Sealed(listOf(old)).open("name", sealed))
        assertArrayEquals(text, Sealed(listOf(new, old)).open("name", sealed))
        assertNull(Sealed(listOf(old)).open("other", sealed))
        assertNull(Sealed(listOf(new)).open("name", sealed))
        for (wrong in listOf("", "A", "%", sealed.drop(1), sealed.dropLast(4), sealed + "AAAA")) {
            assertNull(Sealed(listOf(old)).open("name", wrong), wrong)
        }
    }

    @Test
    fun `a browser goes on to paths of this origin alone`() {
        val origin = "https://app.example"
        for (path in listOf("/", "/a?b=c", "/a%2F%2Fb?next=https://evil.test/", "/@evil.test:80/")) {
            assertEquals(path, returnTo(path, origin))
        }
        val others = listOf(null, "", "a", "//evil.test", "/\\evil.test", "\\/evil.test", "/\t/evil.test", "/\u0000") +
            listOf("https://evil.test/", "/a b", "javascript:alert(1)", "/?\"<", "/" + "a".repeat(5000))
        for (other in others) assertEquals("/", returnTo(other, origin), other)
    }

    @Test
    fun `a store finds sessions by name, and brings none back`() {
        val store = MemoryStore(capacity = 3)
        val hour = Duration.ofHours(1)
        store.put("a", "1", listOf("sid:x", "sub:y"), hour)
        store.put("b", "2", listOf("sub:y"), hour)
        store.put("c", "3", listOf("sub:z"), hour)
        assertTrue(store.replace("a", "4", hour))
        assertEquals("4", store.get("a"))
        store.deleteBy("sub:y")
        assertEquals(listOf(null, null, "3"), listOf("a", "b", "c").map(store::get))
        assertEquals(false, store.replace("a", "5", hour))
        assertNull(store.get("a"))
        for (key in listOf("d", "e", "f")) store.put(key, key, emptyList(), hour)
        assertNull(store.get("c"))
        assertEquals("f", store.get("f"))
    }

    @Test
    fun `a lock has one holder, and ends by itself`() {
        val clock = SetClock()
        val store = MemoryStore(clock = clock)
        val lock = checkNotNull(store.lock("a", Duration.ofSeconds(10)))
        assertNull(store.lock("a", Duration.ofSeconds(10)))
        assertNotNull(store.lock("b", Duration.ofSeconds(10)))
        lock.close()
        val second = checkNotNull(store.lock("a", Duration.ofSeconds(10)))
        clock.seconds += 11
        assertNotNull(store.lock("a", Duration.ofSeconds(10)))
        // The lock that has ended is not its holder's any more.
        second.close()
        assertNull(store.lock("a", Duration.ofSeconds(10)))
    }

    @Test
    fun `a wrong setting is named`() {
        val wrong = mapOf<String, LoginConfig.() -> Unit>(
            "issuer" to { issuer = null },
            "client_id" to { clientId = " " },
            "client_secret" to { clientSecret = null },
            "private_key" to { privateKey = "{}" },
            "origin" to { origin = "https://app.example/path" },
            "secret" to { secret = "$new,short" },
            "path" to { path = "/" },
            "scope" to { scope = "profile" },
            "lifetime" to { lifetime = Duration.ZERO },
            "idle" to { idle = Duration.ZERO },
            "sessions" to { sessions = "cookies" },
            "ended" to { ended = "http://redis" },
            "after_logout" to { afterLogout = "//evil.test" },
        )
        Login(config()).close()
        for ((setting, change) in wrong) {
            val failure = assertThrows(LoginSettingException::class.java) { Login(config().apply(change)) }
            assertEquals(setting, failure.setting)
        }
    }

    @Test
    fun `a session ends when nobody comes, and at its time`() = runBlocking<Unit> {
        val clock = SetClock()
        val store = MemoryStore(clock = clock)
        val config = config().apply {
            this.clock = clock
            this.store = store
            idle = Duration.ofMinutes(10)
            lifetime = Duration.ofMinutes(30)
        }
        val settled = Settled(config)
        val sessions = StoredSessions(settled, Sealed(settled.secrets), Cookies(settled), store)
        val now = clock.seconds
        val payload = Base64.getUrlEncoder().encodeToString("""{"sub":"ada"}""".toByteArray())
        suspend fun after(minutes: List<Long>): Session? {
            clock.seconds = now
            val session =
                Session(randomText(), TokenSet("a", null, null, "e.$payload.s"), emptyMap(), now, now + 1800, now)
            sessions.begin(Asked(), session)
            val asked = Asked("__Host-credenza=" + session.id)
            return Login(config).use { login ->
                minutes.map { minute ->
                    clock.seconds = now + minute * 60
                    login.visit(asked).session()
                }.last()
            }
        }
        assertEquals("ada", after(listOf(9))?.sub)
        assertNull(after(listOf(11)))
        assertEquals("ada", after(listOf(9, 18, 27))?.sub)
        assertNull(after(listOf(9, 18, 27, 31)))
    }

    @Test
    fun `a logout token is taken once by all instances that share a store`() {
        val store = MemoryStore()
        val settled = Settled(config())
        val (one, other) = List(2) { StoredSessions(settled, Sealed(settled.secrets), Cookies(settled), store) }
        val taken = checkNotNull(one.take("a"))
        assertNull(other.take("a"))
        assertNotNull(other.take("b"))
        taken.close()
        assertNotNull(other.take("a"))
    }

    private fun config() = LoginConfig().apply {
        issuer = "https://id.example"
        clientId = "pages"
        clientSecret = "secret"
        origin = "https://app.example"
        secret = old
    }

    private class Asked(private val cookie: String = "") : Exchange {
        override val method = "GET"
        override val path = "/"
        override val query = null
        override val body = ""

        override fun headers(name: String): List<String> = if (name == "Cookie") listOf(cookie) else emptyList()

        override fun addHeader(name: String, value: String) = Unit

        override fun setHeader(name: String, value: String) = Unit
    }

    private class SetClock(@Volatile var seconds: Long = 1_800_000_000) : Clock() {
        override fun getZone(): ZoneId = ZoneOffset.UTC

        override fun withZone(zone: ZoneId): Clock = this

        override fun instant(): Instant = Instant.ofEpochSecond(seconds)
    }
}
