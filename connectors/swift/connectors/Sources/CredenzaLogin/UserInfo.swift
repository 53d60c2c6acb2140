import Credenza
import Foundation

/// What the provider tells of the person (OpenID Connect Core 5.3).
struct UserInfo: Sendable {
    let provider: Provider
    let http: HTTP
    let sessions: Sessions
    let refresh: Refresh

    func claims() async throws -> [String: JSONValue] {
        guard let session = try await sessions.load() else { throw LoginError.signedOut }
        guard let endpoint = try await provider.metadata().userInfo else {
            throw LoginError.unavailable("the metadata have no userinfo_endpoint")
        }
        let token = try await refresh.token(insteadOf: nil)
        var reply = try await http.get(endpoint, accessToken: token)
        if reply.status == 401 {
            reply = try await http.get(endpoint, accessToken: try await refresh.token(insteadOf: token))
        }
        guard reply.status == 200 else { throw LoginError.unavailable("\(endpoint) answered \(reply.status)") }
        guard let members = reply.members else { throw LoginError.unavailable("\(endpoint) answered what is not JSON") }
        // Section 5.3.4: otherwise it may be about somebody else.
        guard members["sub"]?.string == session.sub else {
            throw LoginError.unavailable("\(endpoint) answered for another sub")
        }
        return members
    }
}
