// Chart 572: Events for Kotlin and Java: webhooks | v1 and v1a, Svix's names, several secrets, the window, once each
package dev.credenza.events

import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import java.security.KeyPairGenerator
import java.security.Signature
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.util.Base64
import java.util.concurrent.atomic.AtomicInteger
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

class WebhooksTest {
    private val secret = "0123456789abcdef0123456789abcdef".toByteArray()
    private val pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair()
    private val body = """{"id":"inside","type":"user.created","subject":"ada","tenantid":"acme","data":{"n": 1}}"""

    /** The last 32 bytes of a SubjectPublicKeyInfo are the key. */
    private val secrets = listOf(
        "whsec_" + encoded(ByteArray(24)),
        "whsec_" + encoded(secret).trimEnd('='),
        "whpk_" + encoded(pair.public.encoded.takeLast(32).toByteArray()),
    )
    private val handled = AtomicInteger()

    private fun encoded(octets: ByteArray) = Base64.getEncoder().encodeToString(octets)

    private fun ago(span: Duration) = Instant.now().minus(span).epochSecond.toString()

    private fun v1(id: String, timestamp: String): String {
        val mac = Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(secret, "HmacSHA256")) }
        return "v1," + encoded(mac.doFinal("$id.$timestamp.$body".toByteArray()))
    }

    private fun v1a(id: String, timestamp: String): String {
        val signature = Signature.getInstance("Ed25519").apply { initSign(pair.private) }
        signature.update("$id.$timestamp.$body".toByteArray())
        return "v1a," + encoded(signature.sign())
    }

    private fun fields(prefix: String, id: String, timestamp: String, signature: String): (String) -> List<String> {
        val all = mapOf("$prefix-id" to id, "$prefix-timestamp" to timestamp, "$prefix-signature" to signature)
        return { name -> listOfNotNull(all[name]) }
    }

    @Test
    fun `messages are handled if they are signed now by a known secret`() {
        val webhooks = Webhooks(secrets)
        val now = ago(Duration.ZERO)
        fun send(id: String, signature: String, timestamp: String = now, prefix: String = "webhook") =
            webhooks.receiveBlocking(fields(prefix, id, timestamp, signature), body.toByteArray()) { event ->
                handled.incrementAndGet()
                assertEquals(
                    listOf(id, "user.created", "ada", "acme"),
                    event.run {
                        listOf(this.id, type, subject, tenant)
                    },
                )
                assertEquals("""{"n":1}""", event.data)
                assertNull(event.time)
            }
        assertEquals(WebhookAnswer.HANDLED, send("a", v1("a", now)))
        assertEquals(WebhookAnswer.SEEN, send("a", v1("a", now)))
        assertEquals(WebhookAnswer.HANDLED, send("b", v1("b", now), prefix = "svix"))
        assertEquals(WebhookAnswer.HANDLED, send("c", "v1,AAAA v2,x " + v1("c", now)))
        assertEquals(WebhookAnswer.HANDLED, send("d", v1a("d", now)))
        val (old, early) = ago(Duration.ofMinutes(6)) to ago(Duration.ofMinutes(-6))
        for ((id, timestamp, signature) in listOf(
            Triple("e", now, v1a("d", now)),
            Triple("f", now, v1("other", now)),
            Triple("g", now, v1("g", now).replace("v1,", "v1a,")),
            Triple("h", now, v1a("h", now).replace("v1a,", "v1,")),
            Triple("i", old, v1("i", old)),
            Triple("j", early, v1("j", early)),
            Triple("k", "soon", v1("k", "soon")),
            Triple("l", now, ""),
            Triple("m", now, "v1,"),
        )) {
            assertEquals(WebhookAnswer.INVALID_SIGNATURE, send(id, signature, timestamp), id)
        }
        assertEquals(4, handled.get())
    }

    @Test
    fun `a field that is there twice is none`() {
        val now = ago(Duration.ZERO)
        val good = fields("webhook", "a", now, v1("a", now))
        val twice = { name: String -> if (name == "webhook-id") listOf("a", "b") else good(name) }
        assertThrows(InvalidSignatureException::class.java) { Webhooks(secrets).verify(twice, body.toByteArray()) }
        assertEquals("a", Webhooks(secrets).verify(good, body.toByteArray()).id)
    }

    @Test
    fun `one of many at once is handled, and one that fails comes again`() = runBlocking<Unit> {
        val webhooks = Webhooks(secrets)
        val now = ago(Duration.ZERO)
        val headers = fields("webhook", "a", now, v1("a", now))
        val answers = List(10) {
            async { webhooks.receive(headers, body.toByteArray()) { delay(50).also { handled.incrementAndGet() } } }
        }.awaitAll()
        assertEquals(1, handled.get())
        assertEquals(1, answers.count { it == WebhookAnswer.HANDLED })
        assertEquals(9, answers.count { it == WebhookAnswer.SEEN })
        val again = fields("webhook", "b", now, v1("b", now))
        assertThrows(IllegalStateException::class.java) {
            webhooks.receiveBlocking(again, body.toByteArray()) { error("it fails") }
        }
        assertEquals(WebhookAnswer.HANDLED, webhooks.receive(again, body.toByteArray()) {})
    }

    @Test
    fun `a handler has its time`() = runBlocking<Unit> {
        val webhooks = Webhooks(secrets, limit = Duration.ofMillis(100))
        val now = ago(Duration.ZERO)
        val headers = fields("webhook", "a", now, v1("a", now))
        val late = runCatching { webhooks.receiveBlocking(headers, body.toByteArray()) { Thread.sleep(60_000) } }
        assertEquals(TooSlowException::class, late.exceptionOrNull()?.let { it::class })
        assertEquals(WebhookAnswer.HANDLED, webhooks.receive(headers, body.toByteArray()) {})
    }

    @Test
    fun `a secret that is malformed is refused, and not told`() {
        for (secret in listOf("", "whsec_", "whsec_AAAA", "whpk_AAAA", "0123456789abcdef", "whsec_not base64 at all")) {
            val failure = assertThrows(IllegalArgumentException::class.java, { Webhooks(listOf(secret)) }, secret)
            if (secret.length > 6) assertEquals(false, failure.message.orEmpty().contains(secret))
        }
        assertThrows(IllegalArgumentException::class.java) { Webhooks(emptyList()) }
    }

    @Test
    fun `what was handled is forgotten at its time, and the oldest makes room`() {
        var now = Instant.EPOCH
        val clock = object : Clock() {
            override fun getZone() = throw UnsupportedOperationException()

            override fun withZone(zone: java.time.ZoneId?) = this

            override fun instant(): Instant = now
        }
        val seen = MemorySeen(2, clock)
        val minute = Duration.ofMinutes(1)
        assertEquals(Progress.NEW, seen.begin("a", minute))
        assertEquals(Progress.UNDER_WAY, seen.begin("a", minute))
        now += minute
        assertEquals(Progress.NEW, seen.begin("a", minute))
        seen.finish("a", minute)
        assertEquals(Progress.DONE, seen.begin("a", minute))
        seen.finish("b", minute)
        seen.finish("c", minute)
        assertEquals(listOf(Progress.NEW, Progress.DONE), listOf(seen.begin("a", minute), seen.begin("c", minute)))
    }
}
