/// Whether a request may pass.
public enum Decision: Sendable {
    /// It may. `dpopNonce` is the value of `DPoP-Nonce` for the answer (RFC 9449 section 8.2).
    case allow(Claims, dpopNonce: String?)
    /// It may not.
    case deny(Denied)

    /// The claims; throws `Denied` when the request may not pass.
    public func claims() throws -> Claims {
        switch self {
        case .allow(let claims, _): return claims
        case .deny(let denied): throw denied
        }
    }
}

/// A request may not pass. It holds no claims.
public struct Denied: Error, Equatable, Sendable, Decodable {
    /// The status to answer: 400, 401, 403, or 503 when the check itself was not possible.
    public let status: Int
    /// The value of `WWW-Authenticate`; none with 503, and for ID tokens and logout tokens.
    public let wwwAuthenticate: String?
    /// The value of `DPoP-Nonce` for the answer (RFC 9449 section 9).
    public let dpopNonce: String?
    /// The name of the reason, such as `exp`.
    public let rule: String
    /// The section that requires it, such as `RFC 7519 section 4.1.4`.
    public let section: String
    /// The error code in the challenge, such as `invalid_token`.
    public let error: String?
    /// The reason in words, for logs.
    public let description: String
    /// What was found and what was wanted, for the log and not for the answer.
    public let detail: Detail

    /// The header fields of the answer, by name: `WWW-Authenticate` and `DPoP-Nonce`, where there are such.
    public var headers: [String: String] {
        var fields: [String: String] = [:]
        fields["WWW-Authenticate"] = wwwAuthenticate
        fields["DPoP-Nonce"] = dpopNonce
        return fields
    }

    enum CodingKeys: String, CodingKey {
        case status, rule, section, error, description, detail
        case wwwAuthenticate = "www_authenticate"
        case dpopNonce = "dpop_nonce"
    }
}

/// The parts of an HTTP request that a check reads. Fields are given as received, every line of them.
public struct Request: Sendable {
    /// Every `Authorization` field.
    public var authorization: [String]
    /// Every `DPoP` field.
    public var dpop: [String]
    /// The method, as in `GET`.
    public var method: String
    /// The absolute URL that the client asked for, as it is seen from outside.
    public var url: String
    /// The SHA-256 of the client's TLS certificate, base64url: `certificateThumbprint(certificate:)`.
    public var certificateThumbprint: String?

    public init(
        authorization: [String],
        dpop: [String] = [],
        method: String = "",
        url: String = "",
        certificateThumbprint: String? = nil
    ) {
        self.authorization = authorization
        self.dpop = dpop
        self.method = method
        self.url = url
        self.certificateThumbprint = certificateThumbprint
    }
}
