import Credenza
import Foundation

/// The token endpoint and its kin, as the public client that this application is.
struct Tokens: Sendable {
    let settled: Settled
    let provider: Provider
    let http: HTTP

    /// Pushes an authorization request (RFC 9126) and returns its `request_uri`.
    func push(_ endpoint: URL, _ fields: [(name: String, value: String)]) async throws -> String {
        let members = try accepted(try await http.post(endpoint, fields), endpoint)
        guard let uri = members["request_uri"]?.string else {
            throw LoginError.unavailable("\(endpoint) gave no request_uri")
        }
        return uri
    }

    /// Redeems a code, and verifies the ID token that comes for it.
    func redeem(_ code: String, _ flow: Flow) async throws -> Session {
        try await provider.ready()
        let tokens = try await asked([
            (name: "grant_type", value: "authorization_code"), (name: "code", value: code),
            (name: "redirect_uri", value: flow.redirectURI.text), (name: "code_verifier", value: flow.verifier),
        ])
        guard !tokens.idToken.isEmpty else { throw LoginError.idTokenRefused(rule: "missing", reason: "there is none") }
        let expected = IdTokenExpectations(
            nonce: flow.nonce, maxAge: flow.maxAge, acrValues: flow.acrValues, accessToken: tokens.accessToken
        )
        let claims = try await provider.verified(tokens.idToken, expected)
        return Session(id: randomText(), tokens: tokens, claims: claims.all, createdAt: settled.now)
    }

    /// Refreshes; where the reply is lost, it is asked for once more, for which providers have a grace period.
    func refresh(_ session: Session, _ refreshToken: String) async throws -> TokenSet {
        var fresh = try await asked(
            [(name: "grant_type", value: "refresh_token"), (name: "refresh_token", value: refreshToken)], again: true
        )
        if !fresh.idToken.isEmpty {
            let claims = try await provider.verified(
                fresh.idToken, IdTokenExpectations(accessToken: fresh.accessToken)
            )
            // OpenID Connect Core 12.2; iss and aud are those of the settings, which the validator has compared.
            guard claims.sub == session.sub else {
                throw LoginError.idTokenRefused(rule: "sub", reason: "the refreshed ID token is of somebody else")
            }
        }
        fresh.idToken = session.idToken
        fresh.refreshToken = fresh.refreshToken ?? refreshToken
        fresh.scope = fresh.scope ?? session.tokens.scope
        return fresh
    }

    /// Asks the provider to forget a refresh token (RFC 7009); whatever goes wrong is no concern of who logs out.
    func revoke(_ refreshToken: String) async {
        do {
            guard let endpoint = try await provider.metadata().revocation else { return }
            let reply = try await http.post(
                endpoint,
                [
                    (name: "token", value: refreshToken), (name: "token_type_hint", value: "refresh_token"),
                    (name: "client_id", value: settled.config.clientID),
                ]
            )
            if reply.status == 200 { return }
            settled.config.log(.info, "a refresh token is not revoked: \(endpoint) answered \(reply.status)")
        } catch {
            settled.config.log(.info, "a refresh token is not revoked: \(error)")
        }
    }

    private func asked(_ grant: [(name: String, value: String)], again: Bool = false) async throws -> TokenSet {
        let endpoint = try await provider.metadata().token
        var fields = grant + [(name: "client_id", value: settled.config.clientID)]
        if let resource = settled.config.resource { fields.append((name: "resource", value: resource)) }
        let members = try accepted(try await http.post(endpoint, fields, again: again), endpoint)
        guard let accessToken = members["access_token"]?.string, !accessToken.isEmpty else {
            throw LoginError.unavailable("\(endpoint) gave no access_token")
        }
        // RFC 6749 section 7.1: a token of another type must not be used.
        guard members["token_type"]?.string?.lowercased() == "bearer" else {
            throw LoginError.unavailable("\(endpoint) gave a token of another type than Bearer")
        }
        return TokenSet(
            accessToken: accessToken,
            expiresAt: members["expires_in"]?.number.map { settled.now.addingTimeInterval($0) },
            refreshToken: members["refresh_token"]?.string, idToken: members["id_token"]?.string ?? "",
            scope: members["scope"]?.string
        )
    }

    /// The members of an answer with status 200 or 201.
    private func accepted(_ reply: Reply, _ endpoint: URL) throws -> [String: JSONValue] {
        let members = reply.members
        switch reply.status {
        case 200, 201:
            // The sign-in page of a network answers so too.
            guard let members else { throw LoginError.unavailable("\(endpoint) answered what is not JSON") }
            return members
        case 400, 401:
            // What RFC 6749 5.2 calls an error of the request; else the provider, or somebody in between, has trouble.
            guard let error = members?["error"]?.string else { break }
            throw LoginError.provider(
                error: shown(error), description: members?["error_description"]?.string.map(shown))
        default: break
        }
        throw LoginError.unavailable("\(endpoint) answered \(reply.status) \(shown(members?["error"]?.string ?? ""))")
    }
}
