package dev.credenza

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.util.concurrent.Callable
import java.util.concurrent.Executors

class OddInputTest {
    private val world = World()
    private val validator = world.validator()
    private val odd = listOf(
        "", " ", "\u0000", "a\u0000b", "\uD800", "\uDC00.\uD800.x", "ü.ü.ü", "🦀", ".", "..", "...", "....", "Bearer x",
        "x".repeat(1_000_000), ".".repeat(1_000_000), "eyJhbGciOiJub25lIn0.e30.", "\n", "null",
    )

    @Test
    fun `a242 odd texts are refused wherever they stand`() {
        assertEquals("user", validator.validateBlocking(world.token()).sub)
        for (text in odd) {
            assertThrows(Denied::class.java, { validator.validateBlocking(text) }, "token")
            assertThrows(Denied::class.java, { validator.checkIdTokenBlocking(text) }, "ID token")
            assertThrows(Denied::class.java, { validator.checkLogoutTokenBlocking(text) }, "logout token")
            for (request in listOf(
                Request(listOf(text)),
                Request(listOf("Bearer $text")),
                Request(listOf("DPoP $text"), listOf(text), text, text, text),
            )) {
                assertTrue(validator.checkBlocking(request) is Decision.Deny)
            }
            assertThrows(SettingsException::class.java) { Validator.of(text, API) }
            assertThrows(SettingsException::class.java) { Validator.fromJson(text) }
            assertThrows(JoseException::class.java) { Jose.verify(text, "{\"keys\":[]}", listOf(Algorithm.ES256)) }
            assertThrows(JoseException::class.java) { Jose.decrypt(text, KeyManagement.ECDH_ES, ByteArray(3)) }
        }
    }

    @Test
    fun `a233 claims of every script come through as they are`() {
        val name = "Zoë \u0000 \"q\" \\ \n 李 🦀"
        val claims = validator.validateBlocking(world.token(mapOf("name" to name, "n" to listOf(1, -2.5, null, true))))
        assertEquals(name, claims["name"])
        assertEquals(listOf(1L, -2.5, null, true), claims["n"])
    }

    @Test
    fun `a242 64 threads get the same answers`() {
        val good = world.token()
        val bad = good.dropLast(4) + "AAAA"
        val threads = Executors.newFixedThreadPool(64)
        val checks = List(64) { number ->
            Callable {
                List(200) { if (number % 2 == 0) good else bad }.map {
                    runCatching { validator.validateBlocking(it).sub }.getOrElse { denied -> (denied as Denied).rule }
                }.distinct()
            }
        }
        val answers = threads.invokeAll(checks).map { it.get() }
        threads.shutdown()
        answers.forEachIndexed { number, answer ->
            assertEquals(listOf(if (number % 2 == 0) "user" else "signature"), answer)
        }
    }

    @Test
    fun `a242 memory does not grow with the calls`() {
        val token = world.token()
        val small = Requirement.scopes("none")
        fun calls(times: Int) = repeat(times) {
            runCatching { validator.validateBlocking(token, small) }
        }
        calls(10_000)
        val before = residentKilobytes()
        calls(50_000)
        val grown = residentKilobytes() - before
        assertTrue(grown < 32 * 1024, "$grown kB more")
    }

    /** On Linux only; elsewhere 0. */
    private fun residentKilobytes(): Long = File("/proc/self/status").takeIf(File::exists)?.useLines { lines ->
        lines.firstOrNull { it.startsWith("VmRSS") }?.filter(Char::isDigit)?.toLong()
    } ?: 0
}
