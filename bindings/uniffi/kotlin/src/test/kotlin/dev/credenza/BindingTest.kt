package dev.credenza

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import java.math.BigInteger
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec

class BindingTest {
    private val world = World()
    private val url = "https://api.example/things"
    private val pair = KeyPairGenerator.getInstance("EC").run {
        initialize(ECGenParameterSpec("secp256r1"))
        generateKeyPair()
    }
    private val jwk = (pair.public as ECPublicKey).w.let {
        """{"crv":"P-256","kty":"EC","x":"${coordinate(it.affineX)}","y":"${coordinate(it.affineY)}"}"""
    }

    @Test
    fun `rfc9449_7 a bound token passes with its proof, once, and with no other key's`() = runBlocking<Unit> {
        val validator = world.validator(Settings(ISSUER, listOf(API), dpop = DpopSettings()))
        val token = world.token(mapOf("cnf" to mapOf("jkt" to thumbprint())))
        val request = Request(listOf("DPoP $token"), listOf(proof(token)), "GET", url)
        val bound = Requirement(bound = true)
        assertEquals("user", (validator.check(request, bound) as Decision.Allow).claims.sub)
        assertEquals("dpop_replay", validator.check(request).rule)
        assertEquals("dpop_htm", validator.check(request.copy(method = "POST", dpop = listOf(proof(token)))).rule)
        val other = world.token(mapOf("cnf" to mapOf("jkt" to "A".repeat(43))))
        assertEquals("dpop_binding", validator.check(Request(listOf("DPoP $other"), listOf(proof(other)), "GET", url)).rule)
        assertEquals("binding_missing", validator.check(Request(listOf("Bearer ${world.token()}")), bound).rule)
    }

    @Test
    fun `rfc9449_9 a nonce is asked for, and then taken`() = runBlocking<Unit> {
        val validator = world.validator(Settings(ISSUER, listOf(API), dpop = DpopSettings(nonce = true)))
        val token = world.token(mapOf("cnf" to mapOf("jkt" to thumbprint())))
        val deny = validator.check(Request(listOf("DPoP $token"), listOf(proof(token)), "GET", url)) as Decision.Deny
        assertEquals("use_dpop_nonce", deny.denied.error)
        val nonce = assertNotNull(deny.denied.dpopNonce).let { deny.denied.dpopNonce }
        val again = validator.check(Request(listOf("DPoP $token"), listOf(proof(token, nonce)), "GET", url))
        assertNull((again as Decision.Allow).dpopNonce)
    }

    @Test
    fun `rfc8705_3 a token of a certificate passes with that certificate alone`() = runBlocking<Unit> {
        val validator = world.validator()
        val certificate = byteArrayOf(0x30, 3, 2, 1, 5)
        val thumbprint = checkNotNull(certificateThumbprint(certificate))
        val token = world.token(mapOf("cnf" to mapOf("x5t#S256" to thumbprint)))
        val request = Request(listOf("Bearer $token"), certificateThumbprint = thumbprint)
        assertEquals("user", (validator.check(request) as Decision.Allow).claims.sub)
        assertEquals("certificate_missing", validator.check(request.copy(certificateThumbprint = null)).rule)
        assertEquals("certificate_binding", validator.check(request.copy(certificateThumbprint = "B".repeat(43))).rule)
        assertNull(certificateThumbprint(ByteArray(0)))
    }

    private val Decision.rule get() = (this as Decision.Deny).denied.rule

    private var proofs = 0

    private fun proof(token: String, nonce: String? = null): String {
        proofs += 1
        val header = """{"alg":"ES256","typ":"dpop+jwt","jwk":$jwk}"""
        val claims = mapOf(
            "jti" to "proof-$proofs",
            "htm" to "GET",
            "htu" to url,
            "iat" to NOW,
            "ath" to base64url(sha256(token)),
        ) + listOfNotNull(nonce?.let { "nonce" to it })
        val input = base64url(header.toByteArray()) + "." + base64url(Json.write(claims).toByteArray())
        val signature = Signature.getInstance("SHA256withECDSAinP1363Format").run {
            initSign(pair.private)
            update(input.toByteArray())
            sign()
        }
        return input + "." + base64url(signature)
    }

    /** RFC 7638: the members are in order already. */
    private fun thumbprint() = base64url(sha256(jwk))

    private fun sha256(text: String) = MessageDigest.getInstance("SHA-256").digest(text.toByteArray())

    private fun coordinate(number: BigInteger): String {
        val bytes = number.toByteArray()
        return base64url(ByteArray(32).also { bytes.takeLast(32).toByteArray().run { copyInto(it, 32 - size) } })
    }
}
