import Foundation

/// The JOSE functions alone, without a validator: for test vectors, and for signed or encrypted objects that are not
/// tokens. Each throws `JoseError` when the object is refused.
public enum Jose {
    /// The payload of a compact JWS that one of the keys of a JWK set made (RFC 7515 section 5.2).
    public static func verify(_ jws: String, jwks: String, allowed: [Algorithm]) throws -> Data {
        try joseVerify(jws: jws, jwks: jwks, allowed: allowed)
    }

    /// The payload of a compact JWS made with a shared secret, given as base64url (RFC 7518 section 3.2).
    public static func verifyHMAC(_ jws: String, secret: String, allowed: [Algorithm]) throws -> Data {
        try joseVerifyHmac(jws: jws, secret: secret, allowed: allowed)
    }

    /// The content of a compact JWE, by a private key: the DER of an unencrypted PKCS#8 (RFC 7516 section 5.2).
    public static func decrypt(_ jwe: String, alg: KeyManagement, pkcs8: Data) throws -> Data {
        try joseDecrypt(jwe: jwe, alg: alg, pkcs8: pkcs8)
    }
}
