package dev.credenza.login

import java.security.GeneralSecurityException
import java.security.SecureRandom
import java.util.Base64
import javax.crypto.Cipher
import javax.crypto.Mac
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

/**
 * Encrypts and authenticates what browsers and stores keep (AES-256-GCM). Keys are made of the secrets by HKDF (RFC 5869),
 * so that their form does not matter.
 */
internal class Sealed(secrets: List<String>) {
    private val keys = secrets.map { SecretKeySpec(derived(it), "AES") }

    /** Seals [content] with the first secret; it can be opened under this [name] alone. */
    fun seal(name: String, content: ByteArray): String {
        val nonce = randomBytes(NONCE)
        val cipher = cipher(Cipher.ENCRYPT_MODE, keys.first(), nonce, name)
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce + cipher.doFinal(content))
    }

    /** Opens with whichever secret fits; null where none does. */
    fun open(name: String, sealed: String): ByteArray? {
        val bytes = try {
            Base64.getUrlDecoder().decode(sealed)
        } catch (_: IllegalArgumentException) {
            return null
        }
        if (bytes.size < NONCE + TAG_BITS / Byte.SIZE_BITS) return null
        return keys.firstNotNullOfOrNull { opened(it, name, bytes) }
    }

    private fun opened(key: SecretKeySpec, name: String, bytes: ByteArray): ByteArray? = try {
        cipher(Cipher.DECRYPT_MODE, key, bytes.copyOf(NONCE), name).doFinal(bytes, NONCE, bytes.size - NONCE)
    } catch (_: GeneralSecurityException) {
        null
    }

    private fun cipher(mode: Int, key: SecretKeySpec, nonce: ByteArray, name: String): Cipher =
        Cipher.getInstance("AES/GCM/NoPadding").apply {
            init(mode, key, GCMParameterSpec(TAG_BITS, nonce))
            updateAAD(name.toByteArray())
        }

    private fun derived(secret: String): ByteArray {
        val pseudorandom = mac("credenza-login".toByteArray(), secret.toByteArray())
        return mac(pseudorandom, "seal".toByteArray() + 1)
    }

    private fun mac(key: ByteArray, content: ByteArray): ByteArray =
        Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(key, "HmacSHA256")) }.doFinal(content)

    private companion object {
        const val NONCE = 12
        const val TAG_BITS = 128
    }
}

private val random = SecureRandom()

internal fun randomBytes(size: Int): ByteArray = ByteArray(size).also(random::nextBytes)

/** 256 random bits, base64url. */
internal fun randomText(): String = Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(RANDOM_BYTES))

private const val RANDOM_BYTES = 32
