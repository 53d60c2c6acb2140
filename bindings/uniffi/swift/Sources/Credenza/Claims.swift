import Foundation

/// What a token says. The text is read when the first claim is asked for.
public struct Claims: Sendable, CustomStringConvertible {
    /// The claims: for a JWT its payload, letter by letter; for an introspected token the answer.
    public let json: String
    private let members: Members

    init(json: String) {
        self.json = json
        members = Members(json)
    }

    /// Every claim.
    public var all: [String: JSONValue] { members.value() }
    /// A claim by its name; nil when it is absent.
    public subscript(name: String) -> JSONValue? { members.value()[name] }
    /// Who issued the token.
    public var issuer: String? { self["iss"]?.string }
    /// Whom it is about.
    public var sub: String? { self["sub"]?.string }
    /// Whom it was issued to (RFC 8693 section 4.3).
    public var clientID: String? { self["client_id"]?.string }
    /// Its name.
    public var jti: String? { self["jti"]?.string }
    /// The session.
    public var sessionID: String? { self["sid"]?.string }
    /// Which authentication context the sign-in reached.
    public var acr: String? { self["acr"]?.string }
    /// When it expires.
    public var expiresAt: Date? { date("exp") }
    /// When it was issued.
    public var issuedAt: Date? { date("iat") }
    /// When the person signed in.
    public var authTime: Date? { date("auth_time") }

    /// Whom it is for.
    public var audience: [String] {
        self["aud"]?.string.map { [$0] } ?? self["aud"]?.array?.compactMap(\.string) ?? []
    }

    /// Its scopes (RFC 8693 section 4.2).
    public var scopes: Set<String> {
        Set((self["scope"]?.string ?? "").split(separator: " ").map(String.init))
    }

    /// Names nobody: claims are people's data.
    public var description: String { "Claims" }

    private func date(_ name: String) -> Date? {
        self[name]?.number.map(Date.init(timeIntervalSince1970:))
    }
}

/// Claims that are read once, by whichever task is the first to ask.
private final class Members: @unchecked Sendable {
    private let json: String
    private let lock = NSLock()
    private var read: [String: JSONValue]?

    init(_ json: String) {
        self.json = json
    }

    func value() -> [String: JSONValue] {
        lock.withLock {
            if let read { return read }
            // The core has found the text right.
            let value = (try? JSONDecoder().decode([String: JSONValue].self, from: Data(json.utf8))) ?? [:]
            read = value
            return value
        }
    }
}
