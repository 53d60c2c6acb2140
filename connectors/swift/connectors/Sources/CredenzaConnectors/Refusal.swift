import Credenza
import Foundation

/// What to answer to a request that is refused, and why, for the log.
public struct Refusal: Sendable {
    /// 400, 401, 403, or 503 when the check itself was not possible.
    public let status: Int
    /// The fields of the answer.
    public let fields: [(name: String, value: String)]
    /// The body of the answer, JSON, in debug mode; otherwise there is none.
    public let body: String?
    /// The name of the reason, such as `exp`.
    public let rule: String
    /// What was found, in words; not for the answer.
    public let reason: String
    /// What the token says of itself; not verified.
    public let kid, iss: String?
    /// When the token says that it expires, in seconds since 1970.
    public let exp: Int64?

    private static let retryAfter = "5"

    init(_ denied: Denied, debug: Bool) {
        self.init(
            status: denied.status, challenge: denied.wwwAuthenticate, nonce: denied.dpopNonce, rule: denied.rule,
            reason: denied.detail.reason, kid: denied.detail.kid, iss: denied.detail.iss, exp: denied.detail.exp,
            debug: debug
        )
    }

    /// Of a token whose issuer is none of those that are trusted.
    init(otherIssuer iss: String, challenge: String, debug: Bool) {
        let shown = String(iss.prefix(200))
        self.init(
            status: 401, challenge: challenge, nonce: nil, rule: "iss", reason: "no validator is for \(shown)",
            kid: nil,
            iss: shown, exp: nil, debug: debug
        )
    }

    private init(
        status: Int, challenge: String?, nonce: String?, rule: String, reason: String, kid: String?, iss: String?,
        exp: Int64?, debug: Bool
    ) {
        self.status = status
        self.rule = rule
        self.reason = reason
        self.kid = kid
        self.iss = iss
        self.exp = exp
        var fields = [(name: "Cache-Control", value: "no-store")]
        if let challenge { fields.append((name: "WWW-Authenticate", value: challenge)) }
        if let nonce { fields.append((name: "DPoP-Nonce", value: nonce)) }
        if status == 503 { fields.append((name: "Retry-After", value: Self.retryAfter)) }
        let told = debug ? try? JSONEncoder().encode(["rule": rule, "detail": reason]) : nil
        body = told.map { String(decoding: $0, as: UTF8.self) }
        if body != nil { fields.append((name: "Content-Type", value: "application/json")) }
        self.fields = fields
    }
}
