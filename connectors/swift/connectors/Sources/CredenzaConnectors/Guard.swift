import Credenza

/// What becomes of a request.
public enum Outcome: Sendable {
    /// It goes on. There is no caller where the route is optional and the request has no credentials; `dpopNonce` is the
    /// value of `DPoP-Nonce` for the answer, where there is one.
    case allowed(Caller?, dpopNonce: String?)
    /// It is answered at once.
    case refused(Refusal)
}

/// Carries requests to the validators, and what they decide back to the framework. It decides nothing itself. Made once,
/// used by any task.
public struct Guard: Sendable {
    /// Those whose tokens are accepted. Which of them a token is from is what it says (`iss`), unless `choose` says so.
    public let issuers: [TrustedIssuer]
    /// Scheme, host and prefix of the path as clients see them, behind a reverse proxy, as in
    /// `https://api.example/v1`. For DPoP. Forwarded fields are not read, as anybody can send them.
    public var origin: String?
    /// Whether CORS preflights are passed on to whatever answers them.
    public var preflight = false
    /// Puts the rule and what it found into the answer. Not for production.
    public var debug = false
    /// Finds the issuer by the request, such as by its host. With none, the token is refused by rule `iss`.
    public var choose: (@Sendable (Incoming) -> TrustedIssuer?)?
    /// Is told of each refusal: members by name, never the token, nor the query of the URL.
    public var log: @Sendable ([(name: String, value: String)]) -> Void = { members in
        standardErrorLog(.info, "refused: " + members.map { "\($0)=\($1)" }.joined(separator: " "))
    }

    /// A guard for the tokens of these issuers, of which there is one at least.
    public init(_ first: TrustedIssuer, _ further: TrustedIssuer...) {
        issuers = [first] + further
        fallback = first
    }

    private let fallback: TrustedIssuer

    /// Decides about a request to a route with such a requirement, which is made once and kept. Answers with anything
    /// else than the refusal have `Vary: Authorization` too. `optional` lets a request without credentials pass.
    public func check(
        _ incoming: Incoming, _ needs: Requirement = .nothingMore, optional: Bool = false
    ) async throws -> Outcome {
        if (optional && incoming.isBare) || (preflight && incoming.isPreflight) { return .allowed(nil, dpopNonce: nil) }
        guard let issuer = issuer(of: incoming) else {
            let challenge = fallback.otherIssuerChallenge(incoming)
            let iss = Unverified.issuer(incoming.authorization) ?? ""
            return refused(incoming, Refusal(otherIssuer: iss, challenge: challenge, debug: debug))
        }
        switch try await issuer.validator.check(incoming.request(origin), needs) {
        case .allow(let claims, let nonce): return .allowed(Caller(claims, issuer.names), dpopNonce: nonce)
        case .deny(let denied): return refused(incoming, Refusal(denied, debug: debug))
        }
    }

    private func issuer(of incoming: Incoming) -> TrustedIssuer? {
        if let choose { return choose(incoming) }
        guard issuers.count > 1, let iss = Unverified.issuer(incoming.authorization) else { return fallback }
        return issuers.first { $0.name == iss }
    }

    private func refused(_ incoming: Incoming, _ refusal: Refusal) -> Outcome {
        var members = [
            (name: "rule", value: refusal.rule), (name: "status", value: String(refusal.status)),
            (name: "method", value: incoming.method), (name: "path", value: incoming.path),
            (name: "reason", value: refusal.reason),
        ]
        if let kid = refusal.kid { members.append((name: "kid", value: kid)) }
        if let iss = refusal.iss { members.append((name: "iss", value: iss)) }
        if let exp = refusal.exp { members.append((name: "exp", value: String(exp))) }
        log(members)
        return .refused(refusal)
    }
}
