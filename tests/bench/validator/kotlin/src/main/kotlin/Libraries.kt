package dev.credenza.bench

import com.auth0.jwt.JWT
import com.auth0.jwt.algorithms.Algorithm
import com.nimbusds.jose.JOSEObjectType
import com.nimbusds.jose.JWSVerifier
import com.nimbusds.jose.crypto.ECDSAVerifier
import com.nimbusds.jose.crypto.Ed25519Verifier
import com.nimbusds.jose.crypto.MACVerifier
import com.nimbusds.jose.crypto.RSASSAVerifier
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.OctetKeyPair
import com.nimbusds.jose.util.Base64URL
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier
import com.nimbusds.jose.proc.SecurityContext
import com.nimbusds.jwt.JWTClaimsSet
import com.nimbusds.jwt.SignedJWT
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier
import dev.credenza.Settings
import dev.credenza.Validator
import java.security.interfaces.ECPublicKey
import java.security.interfaces.EdECPublicKey
import java.security.interfaces.RSAPublicKey

/** This package, with one claim read, and with all of them. */
fun credenza(subject: Subject): List<Row> {
    val settings = if (subject.keys == null) {
        Settings(ISSUER, listOf(AUDIENCE), secret = base64url(subject.secret))
    } else {
        Settings(ISSUER, listOf(AUDIENCE), keys = subject.jwks())
    }
    val validator = Validator(settings)
    return listOf(
        Row(subject.alg, "credenza") { validator.validateBlocking(subject.token).sub },
        Row(subject.alg, "credenza, map") { validator.validateBlocking(subject.token).all["sub"] as String? },
    )
}

/** nimbus-jose-jwt: its verifier, and its verifier of claims. */
fun nimbus(subject: Subject): List<Row> {
    val verifier: JWSVerifier = when (val key = subject.keys?.public) {
        is RSAPublicKey -> RSASSAVerifier(key)
        is ECPublicKey -> ECDSAVerifier(key)
        is EdECPublicKey ->
            Ed25519Verifier(OctetKeyPair.Builder(Curve.Ed25519, Base64URL(subject.point(key))).build())
        else -> MACVerifier(subject.secret)
    }
    val types = DefaultJOSEObjectTypeVerifier<SecurityContext>(JOSEObjectType("at+jwt"))
    val exact = JWTClaimsSet.Builder().issuer(ISSUER).build()
    val claims = DefaultJWTClaimsVerifier<SecurityContext>(AUDIENCE, exact, setOf("sub", "exp", "iat", "jti"))
    return listOf(
        Row(subject.alg, "nimbus-jose-jwt 10.5") {
            val token = SignedJWT.parse(subject.token)
            types.verify(token.header.type, null)
            check(token.verify(verifier))
            token.jwtClaimsSet.also { claims.verify(it, null) }.subject
        },
    )
}

/** java-jwt, which has no EdDSA. */
fun auth0(subject: Subject): List<Row> {
    val algorithm = when (val key = subject.keys?.public) {
        is RSAPublicKey -> Algorithm.RSA256(key, null)
        is ECPublicKey -> Algorithm.ECDSA256(key, null)
        is EdECPublicKey -> return emptyList()
        else -> Algorithm.HMAC256(subject.secret)
    }
    val verifier = JWT.require(algorithm).withIssuer(ISSUER).withAudience(AUDIENCE).build()
    return listOf(Row(subject.alg, "java-jwt 4.5.0") { verifier.verify(subject.token).subject })
}
