import Credenza
import Foundation

/// Somebody who is signed in. It prints no personal data, and no token.
public struct Session: Sendable, Equatable, CustomStringConvertible {
    let id: String
    let tokens: TokenSet

    /// The claims of the ID token of the sign-in, which were verified.
    public let claims: [String: JSONValue]
    /// When they signed in here.
    public let createdAt: Date

    /// The person, at this issuer.
    public var sub: String { claims["sub"]?.string ?? "" }
    /// The session at the provider, where it names one.
    public var sid: String? { claims["sid"]?.string }
    /// The name, where the ID token has it; otherwise `Login.userInfo` has.
    public var name: String? { claims["name"]?.string }
    /// The address, where the ID token has it; otherwise `Login.userInfo` has.
    public var email: String? { claims["email"]?.string }
    /// The authentication context of the sign-in.
    public var acr: String? { claims["acr"]?.string }
    /// When they signed in at the provider.
    public var authTime: Date? { claims["auth_time"]?.number.map(Date.init(timeIntervalSince1970:)) }
    /// The scopes that were granted, where the provider said so; otherwise they are those that were asked for.
    public var scopes: [String]? { tokens.scope?.split(separator: " ").map(String.init) }
    /// The ID token of the sign-in.
    public var idToken: String { tokens.idToken }

    public var description: String { "Session" }

    func with(_ tokens: TokenSet) -> Session {
        Session(id: id, tokens: tokens, claims: claims, createdAt: createdAt)
    }
}

/// As the store has it.
extension Session: Codable {
    enum CodingKeys: String, CodingKey {
        case id, tokens, claims
        case createdAt = "created_at"
    }
}

/// What the token endpoint gave.
struct TokenSet: Sendable, Equatable, Codable {
    var accessToken: String
    /// When the access token expires; nil where the provider does not say.
    var expiresAt: Date?
    var refreshToken: String?
    var idToken: String
    var scope: String?

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresAt = "expires_at"
        case refreshToken = "refresh_token"
        case idToken = "id_token"
        case scope
    }
}
