package dev.credenza.events

import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.MessageDigest
import java.security.PublicKey
import java.security.Signature
import java.security.spec.X509EncodedKeySpec
import java.time.Clock
import java.time.Duration
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** Nobody who knows a secret has sent the message just now. */
public class InvalidSignatureException internal constructor() :
    Exception("the message is not signed by a known secret, or too old")

/**
 * The answer to a webhook.
 *
 * @property status its status.
 * @property problem the name of the problem that it is, such as `invalid_signature`; null for a success.
 * @property retryAfter in how many seconds the sender should come again; null where that is up to it.
 */
public enum class WebhookAnswer(
    public val status: Int,
    public val problem: String? = null,
    public val retryAfter: Int? = null,
) {
    /** It was handled now. */
    HANDLED(204),

    /** It was handled before. */
    SEEN(200),

    /** It is not signed by a known secret, or too old: nothing of it was read. */
    INVALID_SIGNATURE(400, "invalid_signature"),

    /** It is signed, and no event. */
    INVALID_JSON(400, "invalid_json"),

    /** Another is handling it, and may fail yet. */
    UNDER_WAY(409, "under_way", 5),
}

/**
 * Verifies messages of Standard Webhooks, with its own names of fields or those of Svix, and sees to it that each is handled
 * once. Made once, used from any thread.
 *
 * @param secrets any of which may have signed: `whsec_…` of a shared one (v1, HMAC-SHA256), or `whpk_…` of a public key (v1a,
 *   Ed25519).
 * @param seen where handled messages are remembered; instances should share it.
 * @param tolerance how far the timestamp of a message may be from now, in either direction.
 * @param limit how long a handler may take.
 * @throws IllegalArgumentException a secret is malformed, or there is none.
 */
public class Webhooks @JvmOverloads constructor(
    secrets: Collection<String>,
    private val seen: Seen = MemorySeen(),
    private val tolerance: Duration = Duration.ofMinutes(5),
    private val limit: Duration = Duration.ofMinutes(1),
    private val clock: Clock = Clock.systemUTC(),
) {
    private val checks: List<Check>

    init {
        require(secrets.isNotEmpty()) { "secrets: are missing" }
        checks = secrets.map { Check.of(it.trim()) }
    }

    /**
     * The event of a message, with the message's id.
     *
     * @param headers the values of a field of the request.
     * @param body the body as it came.
     * @throws InvalidSignatureException it is not signed: nothing of the body was read.
     * @throws InvalidEventException it is signed, and no event.
     */
    @Throws(InvalidSignatureException::class)
    public fun verify(headers: (String) -> List<String>, body: ByteArray): Event {
        val prefix = if (headers("webhook-id").isEmpty()) "svix" else "webhook"
        val (id, timestamp, signatures) = listOf("id", "timestamp", "signature").map { name ->
            headers("$prefix-$name").singleOrNull()?.takeIf(String::isNotEmpty) ?: throw InvalidSignatureException()
        }
        val age = if (SECONDS.matches(timestamp)) clock.millis() / MILLIS - timestamp.toLong() else null
        if (age == null || age !in -tolerance.toSeconds()..tolerance.toSeconds()) throw InvalidSignatureException()
        val signed = "$id.$timestamp.".toByteArray() + body
        if (signatures.split(' ').take(MOST).none { isSigned(it, signed) }) throw InvalidSignatureException()
        return Event.read(body.toString(Charsets.UTF_8), id)
    }

    /**
     * Verifies a message and has it handled, unless it was before. What the handler throws is thrown, and is to be answered by 500,
     * so that the message comes again.
     */
    @JvmSynthetic
    public suspend fun receive(
        headers: (String) -> List<String>,
        body: ByteArray,
        handler: suspend (Event) -> Unit,
    ): WebhookAnswer {
        val event = try {
            verify(headers, body)
        } catch (_: InvalidSignatureException) {
            return WebhookAnswer.INVALID_SIGNATURE
        } catch (_: InvalidEventException) {
            return WebhookAnswer.INVALID_JSON
        }
        // One that comes at the same time is worth a moment, as the first is mostly done with by then.
        repeat(WAITS) {
            when (handled(seen, event, limit, handler)) {
                Progress.NEW -> return WebhookAnswer.HANDLED
                Progress.DONE -> return WebhookAnswer.SEEN
                Progress.UNDER_WAY -> delay(WAIT)
            }
        }
        return WebhookAnswer.UNDER_WAY
    }

    /** As [receive], on this thread. */
    @Throws(Exception::class)
    public fun receiveBlocking(
        headers: (String) -> List<String>,
        body: ByteArray,
        handler: EventHandler,
    ): WebhookAnswer = runBlocking { receive(headers, body, handler.suspending()) }

    private fun isSigned(signature: String, signed: ByteArray): Boolean {
        val version = signature.substringBefore(',')
        val octets = decoded(signature.substringAfter(',', "")) ?: return false
        return checks.any { it.version == version && it.isOf(octets, signed) }
    }

    private companion object {
        val SECONDS = Regex("[0-9]{1,12}")
        const val MILLIS = 1000L

        /** How many signatures are looked at. */
        const val MOST = 20
        const val WAIT = 100L
        const val WAITS = 20
    }
}

/** Checks signatures by one secret. */
private interface Check {
    val version: String

    fun isOf(signature: ByteArray, signed: ByteArray): Boolean

    companion object {
        fun of(secret: String): Check {
            val key = decoded(secret.substringAfter('_', ""))
            return when {
                secret.startsWith("whsec_") && key != null && key.size >= MIN_SECRET -> Shared(key)

                secret.startsWith("whpk_") && key != null && key.size == PUBLIC_KEY -> Public(key)

                // Never the secret itself, which would be in a log then.
                else -> throw IllegalArgumentException(
                    "secrets: have one that is neither whsec_ nor whpk_ with a key as base64 behind it",
                )
            }
        }

        private const val MIN_SECRET = 16
        private const val PUBLIC_KEY = 32
    }
}

private class Shared(secret: ByteArray) : Check {
    private val key = SecretKeySpec(secret, ALGORITHM)
    override val version = "v1"

    override fun isOf(signature: ByteArray, signed: ByteArray): Boolean {
        val mac = Mac.getInstance(ALGORITHM)
        mac.init(key)
        return MessageDigest.isEqual(mac.doFinal(signed), signature)
    }

    private companion object {
        const val ALGORITHM = "HmacSHA256"
    }
}

private class Public(octets: ByteArray) : Check {
    private val key: PublicKey = KeyFactory.getInstance(ALGORITHM).generatePublic(X509EncodedKeySpec(SPKI + octets))
    override val version = "v1a"

    override fun isOf(signature: ByteArray, signed: ByteArray): Boolean = try {
        Signature.getInstance(ALGORITHM).run {
            initVerify(key)
            update(signed)
            verify(signature)
        }
    } catch (_: GeneralSecurityException) {
        // A signature of another length, among others.
        false
    }

    private companion object {
        const val ALGORITHM = "Ed25519"

        /** What stands before the 32 bytes of a key in a SubjectPublicKeyInfo (RFC 8410 section 4). */
        val SPKI: ByteArray = Base64.getDecoder().decode("MCowBQYDK2VwAyEA")
    }
}

/** The bytes of base64, with or without its padding; null for what is none. */
private fun decoded(text: String): ByteArray? = try {
    Base64.getDecoder().decode(text.trimEnd('=')).takeIf { it.isNotEmpty() }
} catch (_: IllegalArgumentException) {
    null
}
