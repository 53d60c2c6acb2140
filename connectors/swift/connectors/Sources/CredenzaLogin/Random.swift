import Foundation

#if canImport(CryptoKit)
    import CryptoKit

    /// SHA-256 (FIPS 180-4).
    func sha256(_ message: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: message)) }
#endif

/// 256 random bits of the system's generator, which is meant for keys, as 43 characters of base64url.
func randomText() -> String {
    var generator = SystemRandomNumberGenerator()
    return base64URL((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
}

/// Base64url without padding (RFC 7515 section 2).
func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// The `code_challenge` of a verifier by the method S256 (RFC 7636 section 4.2).
func challenge(of verifier: String) -> String { base64URL(sha256(Array(verifier.utf8))) }
