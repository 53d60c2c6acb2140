package dev.credenza.bench

import java.math.BigInteger
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.interfaces.EdECPublicKey
import java.security.interfaces.RSAPublicKey
import java.security.spec.ECGenParameterSpec
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

const val ISSUER = "https://id.example"
const val AUDIENCE = "https://api.example"
const val SUBJECT = "3f0e6a52-7f8e-4b0c-9d0a-5c9a6f3b1e77"

/** A token of one algorithm, and the keys to check it. */
class Subject(val alg: String) {
    val secret = ByteArray(32) { it.toByte() }
    val keys: KeyPair? = when (alg) {
        "RS256" -> KeyPairGenerator.getInstance("RSA").apply { initialize(2048) }.generateKeyPair()
        "ES256" -> KeyPairGenerator.getInstance("EC")
            .apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()
        "EdDSA" -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair()
        else -> null
    }
    val token = run {
        val header = """{"alg":"$alg","typ":"at+jwt","kid":"k1"}"""
        val input = base64url(header.toByteArray()) + "." + base64url(claims().toByteArray())
        input + "." + base64url(sign(input.toByteArray()))
    }

    /** The JWK set with the public key. */
    fun jwks(): String {
        val members = when (val key = checkNotNull(keys).public) {
            is RSAPublicKey -> """"kty":"RSA","n":"${number(key.modulus)}","e":"${number(key.publicExponent)}""""
            is ECPublicKey -> """"kty":"EC","crv":"P-256","x":"${fixed(key.w.affineX)}","y":"${fixed(key.w.affineY)}""""
            is EdECPublicKey -> """"kty":"OKP","crv":"Ed25519","x":"${point(key)}""""
            else -> error("unknown key")
        }
        return """{"keys":[{"kid":"k1","alg":"$alg",$members}]}"""
    }

    /** The public key of Ed25519, base64url: the last 32 bytes of its encoding. */
    fun point(key: EdECPublicKey): String = base64url(key.encoded.takeLast(32).toByteArray())

    private fun sign(input: ByteArray): ByteArray {
        if (keys == null) return Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(secret, "mac")) }.doFinal(input)
        val name = mapOf("RS256" to "SHA256withRSA", "ES256" to "SHA256withECDSAinP1363Format", "EdDSA" to "Ed25519")
        return Signature.getInstance(name.getValue(alg)).run {
            initSign(keys.private)
            update(input)
            sign()
        }
    }
}

fun base64url(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

private fun number(value: BigInteger) = base64url(value.toByteArray().dropWhile { it == 0.toByte() }.toByteArray())

private fun fixed(value: BigInteger): String {
    val bytes = value.toByteArray().dropWhile { it == 0.toByte() }
    return base64url(ByteArray(32 - bytes.size) + bytes.toByteArray())
}

/** 25 claims, as an access token of a provider has them. */
private fun claims(): String {
    val now = System.currentTimeMillis() / 1000
    return """{"iss":"$ISSUER","sub":"$SUBJECT","aud":"$AUDIENCE","exp":${now + 3600},"iat":$now,"nbf":$now,
        "jti":"5vZt2zq0Q1mJk8m3m0d3xw","client_id":"web-frontend",
        "scope":"openid profile email orders:read orders:write","auth_time":${now - 60},
        "acr":"urn:mace:incommon:iap:silver","amr":["pwd","otp"],"sid":"y1Zb2cqQ0mJk8m3m0d3xwA",
        "gid":"q0Q1mJk8m3m0d3xw5vZt2z","azp":"web-frontend","tenant":"acme","org_id":"org_12345",
        "roles":["admin","editor","viewer"],"permissions":["orders:read","orders:write","users:read"],
        "plan":"enterprise","name":"Ann Example","given_name":"Ann","family_name":"Example",
        "email":"ann@example.com","email_verified":true}""".replace(Regex("\n\\s*"), "")
}
