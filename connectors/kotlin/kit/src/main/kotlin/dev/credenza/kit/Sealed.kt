package dev.credenza.kit

import java.security.GeneralSecurityException
import java.security.SecureRandom
import java.util.Base64
import javax.crypto.Cipher
import javax.crypto.Mac
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

/** Values that clients keep and give back, and can neither read nor change (AES-256-GCM, keys by HKDF of RFC 5869). */
internal class Sealed(secrets: List<String>, purpose: String) {
    private val keys = secrets.map { SecretKeySpec(derived(it, purpose), "AES") }
    private val random = SecureRandom()

    /** Seals a text with the first secret, for a context: elsewhere it does not open. */
    fun seal(text: String, context: String): String {
        val nonce = ByteArray(NONCE).also(random::nextBytes)
        val cipher = cipher(Cipher.ENCRYPT_MODE, keys.first(), nonce, context)
        return ENCODER.encodeToString(nonce + cipher.doFinal(text.toByteArray()))
    }

    /** The text, by whichever secret fits; null where it is not one that was sealed for this context. */
    fun open(sealed: String, context: String): String? {
        val bytes = try {
            Base64.getUrlDecoder().decode(sealed)
        } catch (_: IllegalArgumentException) {
            return null
        }
        // One spelling of each value.
        if (bytes.size < NONCE + TAG_BITS / Byte.SIZE_BITS || ENCODER.encodeToString(bytes) != sealed) return null
        return keys.firstNotNullOfOrNull { opened(it, context, bytes) }
    }

    private fun opened(key: SecretKeySpec, context: String, bytes: ByteArray): String? = try {
        val cipher = cipher(Cipher.DECRYPT_MODE, key, bytes.copyOf(NONCE), context)
        cipher.doFinal(bytes, NONCE, bytes.size - NONCE).decodeToString()
    } catch (_: GeneralSecurityException) {
        null
    }

    private fun cipher(mode: Int, key: SecretKeySpec, nonce: ByteArray, context: String): Cipher =
        Cipher.getInstance("AES/GCM/NoPadding").apply {
            init(mode, key, GCMParameterSpec(TAG_BITS, nonce))
            updateAAD(context.toByteArray())
        }

    private fun derived(secret: String, purpose: String): ByteArray {
        val pseudorandom = mac(ByteArray(SALT), secret.toByteArray())
        return mac(pseudorandom, purpose.toByteArray() + 1)
    }

    private fun mac(key: ByteArray, content: ByteArray): ByteArray =
        Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(key, "HmacSHA256")) }.doFinal(content)

    private companion object {
        const val NONCE = 12
        const val SALT = 32
        const val TAG_BITS = 128
        val ENCODER: Base64.Encoder = Base64.getUrlEncoder().withoutPadding()
    }
}
