/// What is wrong with something that was fetched, or why it could not be.
public enum Cause: String, Sendable, Decodable {
    /// A status other than 200.
    case httpStatus = "http_status"
    /// A redirect, which is not followed.
    case redirect
    /// A page of HTML.
    case html
    /// Not JSON.
    case notJSON = "not_json"
    /// JSON, but not the document that was asked for.
    case malformed
    /// Metadata of another issuer (OpenID Connect Discovery 4.3).
    case issuerMismatch = "issuer_mismatch"
    /// A URL in the metadata is http, or relative.
    case insecure
    /// No key in the set can be used.
    case noKeys = "no_keys"
    /// The metadata name no such endpoint.
    case notOffered = "not_offered"
    /// It was asked for a moment ago.
    case cooldown
    /// A signed answer that does not verify.
    case untrusted
    /// No whole answer in time.
    case timeout
    /// The host, or the proxy, could not be reached, or broke off.
    case connect
    /// The name of the host is unknown.
    case dns
    /// TLS failed.
    case tls
    /// The certificate is for another name. `URLSession` does not tell; a fetcher of an application may.
    case tlsName = "tls_name"
    /// More than may be.
    case tooLarge = "too_large"
    /// The fetch was given up before it had an answer.
    case cancelled
    /// Anything else.
    case other

    public init(from decoder: any Decoder) throws {
        self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .other
    }
}

/// There was no answer that could be used. A fetcher of an application may throw it too, so that the log and
/// `Denied.detail` tell why; any other error counts as `other`.
public struct FetchError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public let cause: Cause
    /// More, in words.
    public let message: String

    public init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }

    public var description: String { message }
}
