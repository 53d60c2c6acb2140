import Credenza
import Foundation

/// What of the provider's metadata matters here (OpenID Connect Discovery 3, RFC 8414 section 2).
struct Metadata: Sendable {
    let authorization, token, jwks: URL
    let pushed, userInfo, endSession, revocation: URL?
    let mustPush, hasIss: Bool

    init(_ members: [String: JSONValue]) throws {
        func endpoint(_ name: String) throws -> URL? {
            guard let text = members[name]?.string else { return nil }
            guard let url = URL(string: text), url.isSecure else {
                throw LoginError.unavailable("the metadata have a malformed or insecure \(name)")
            }
            return url
        }
        func needed(_ name: String) throws -> URL {
            guard let url = try endpoint(name) else { throw LoginError.unavailable("the metadata have no \(name)") }
            return url
        }
        authorization = try needed("authorization_endpoint")
        token = try needed("token_endpoint")
        jwks = try needed("jwks_uri")
        pushed = try endpoint("pushed_authorization_request_endpoint")
        userInfo = try endpoint("userinfo_endpoint")
        endSession = try endpoint("end_session_endpoint")
        revocation = try endpoint("revocation_endpoint")
        mustPush = members["require_pushed_authorization_requests"]?.bool == true
        hasIss = members["authorization_response_iss_parameter_supported"]?.bool == true
    }
}

/// The provider: its metadata, fetched when they are needed first, and the validator of its ID tokens.
actor Provider {
    private static let kept: TimeInterval = 3_600

    private let settled: Settled
    private let http: HTTP
    private var known: (metadata: Metadata, at: Date)?
    private var underWay: Task<Metadata, any Error>?
    private var validator: (validator: Validator, jwks: URL)?

    init(_ settled: Settled, _ http: HTTP) {
        self.settled = settled
        self.http = http
    }

    /// Fetched once for all who wait; kept for an hour, and longer while the provider is away.
    func metadata() async throws -> Metadata {
        if let known, abs(settled.now.timeIntervalSince(known.at)) < Self.kept { return known.metadata }
        let task = underWay ?? Task { try await fetched() }
        underWay = task
        do {
            let metadata = try await task.value
            if underWay == task { underWay = nil }
            known = (metadata, settled.now)
            return metadata
        } catch {
            if underWay == task { underWay = nil }
            guard let known else { throw error }
            return known.metadata
        }
    }

    /// Fetches the keys where they are not there yet, so that no code is spent on an ID token that cannot be checked.
    func ready() async throws {
        do {
            try await checker(try await metadata().jwks).ready()
        } catch let trouble as Trouble {
            throw LoginError.unavailable("its keys cannot be had: \(trouble)")
        }
    }

    /// The claims of an ID token that is good (OpenID Connect Core 3.1.3.7, and 3.1.3.8 for the access token).
    func verified(_ idToken: String, _ expected: IdTokenExpectations) async throws -> Claims {
        do {
            var bare = expected
            bare.accessToken = nil
            let claims = try await checked(idToken, bare)
            // In the code flow at_hash is optional (3.1.3.6), and validators want it where they know the access token.
            return claims["at_hash"] == nil ? claims : try await checked(idToken, expected)
        } catch let denied as Denied {
            if denied.status == 503 { throw LoginError.unavailable("its keys cannot be had: \(denied.detail.reason)") }
            throw LoginError.idTokenRefused(rule: denied.rule, reason: denied.detail.reason)
        }
    }

    private func checked(_ idToken: String, _ expected: IdTokenExpectations) async throws -> Claims {
        let jwks = try await metadata().jwks
        do {
            return try await checker(jwks).checkIDToken(idToken, expected)
        } catch let denied as Denied where denied.rule == "kid" {
            // Validators fetch for an unknown kid at a bounded rate, as anybody can send one; but this token comes from
            // the provider itself, which may have changed its keys a moment ago.
            validator = nil
            return try await checker(jwks).checkIDToken(idToken, expected)
        }
    }

    private func checker(_ jwks: URL) throws -> Validator {
        if let validator, validator.jwks == jwks { return validator.validator }
        let settings = Settings(
            issuer: settled.config.issuer, clientId: settled.config.clientID, jwksUri: jwks.absoluteString,
            leeway: settled.config.leeway
        )
        let made = try Validator(
            settings, fetcher: settled.config.fetcher, clock: settled.config.clock, log: settled.config.log
        )
        validator = (made, jwks)
        return made
    }

    private func fetched() async throws -> Metadata {
        let issuer = settled.config.issuer
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        guard let url = URL(string: base + "/.well-known/openid-configuration") else {
            throw LoginError.unavailable("the issuer is no URL")
        }
        let reply = try await http.get(url)
        guard reply.status == 200 else { throw LoginError.unavailable("\(url) answered \(reply.status)") }
        guard let members = reply.members else { throw LoginError.unavailable("\(url) is not JSON") }
        // OpenID Connect Discovery 4.3: otherwise another server would be trusted.
        guard members["issuer"]?.string == issuer else {
            throw LoginError.unavailable("\(url) is of another issuer: \(shown(members["issuer"]?.string ?? "none"))")
        }
        return try Metadata(members)
    }
}
