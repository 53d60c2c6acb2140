import Foundation

/// The end of a session by the person (OpenID Connect RP-Initiated Logout 1.0, RFC 7009).
struct Logout: Sendable {
    let settled: Settled
    let provider: Provider
    let tokens: Tokens
    let sessions: Sessions

    /// Ends the session here, and asks the provider to forget the refresh token. Returns where the provider ends its own
    /// session; nil where it cannot be asked, or has no such place.
    func byPerson(_ afterLogout: RedirectURI?, state: String) async throws -> URL? {
        guard let session = try await sessions.load() else { return nil }
        try await sessions.end(session.id)
        if let refreshToken = session.tokens.refreshToken { await tokens.revoke(refreshToken) }
        do {
            guard let endpoint = try await provider.metadata().endSession else { return nil }
            var fields = [
                (name: "id_token_hint", value: session.idToken), (name: "client_id", value: settled.config.clientID),
            ]
            if let afterLogout {
                fields += [(name: "post_logout_redirect_uri", value: afterLogout.text), (name: "state", value: state)]
            }
            return Form.url(endpoint, adding: fields)
        } catch {
            settled.config.log(.warning, "no logout at the provider: \(error)")
            return nil
        }
    }
}
