package dev.credenza

/**
 * The JOSE functions alone, without a validator: for test vectors, and for signed or encrypted objects that are not
 * tokens. Each throws [JoseException] when the object is refused.
 */
public object Jose {
    /** The payload of a compact JWS that one of the keys of a JWK set made (RFC 7515 section 5.2). */
    @JvmStatic
    public fun verify(jws: String, jwks: String, allowed: List<Algorithm>): ByteArray =
        joseVerify(jws.wellFormed(), jwks.wellFormed(), allowed)

    /** The payload of a compact JWS made with a shared secret, which is given as base64url (RFC 7518 section 3.2). */
    @JvmStatic
    public fun verifyHmac(jws: String, secret: String, allowed: List<Algorithm>): ByteArray =
        joseVerifyHmac(jws.wellFormed(), secret.wellFormed(), allowed)

    /** The content of a compact JWE, by a private key: the DER of an unencrypted PKCS#8 (RFC 7516 section 5.2). */
    @JvmStatic
    public fun decrypt(jwe: String, alg: KeyManagement, pkcs8: ByteArray): ByteArray =
        joseDecrypt(jwe.wellFormed(), alg, pkcs8)
}
