import Foundation

/// The claims of a token. The text is parsed when the first claim is read.
public struct Claims: Sendable, CustomStringConvertible {
    /// The claims: for a JWT its payload, byte for byte; for an introspected token the answer.
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
    /// The subject.
    public var sub: String? { self["sub"]?.string }
    /// Whom it was issued to (RFC 8693 section 4.3).
    public var clientID: String? { self["client_id"]?.string }
    /// Its name.
    public var jti: String? { self["jti"]?.string }
    /// The session.
    public var sessionID: String? { self["sid"]?.string }
    /// The authentication context of the sign-in.
    public var acr: String? { self["acr"]?.string }
    /// When it expires.
    public var expiresAt: Date? { date("exp") }
    /// When it was issued.
    public var issuedAt: Date? { date("iat") }
    /// When the user signed in.
    public var authTime: Date? { date("auth_time") }

    /// Whom it is for.
    public var audience: [String] {
        self["aud"]?.string.map { [$0] } ?? self["aud"]?.array?.compactMap(\.string) ?? []
    }

    /// Its scopes (RFC 8693 section 4.2).
    public var scopes: Set<String> {
        Set((self["scope"]?.string ?? "").split(separator: " ").map(String.init))
    }

    /// Prints no claims: they are personal data.
    public var description: String { "Claims" }

    private func date(_ name: String) -> Date? {
        self[name]?.number.map(Date.init(timeIntervalSince1970:))
    }
}

/// Claims that are parsed once, by the first task that reads one.
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
            // The core has validated the text.
            let value = (try? JSONDecoder().decode([String: JSONValue].self, from: Data(json.utf8))) ?? [:]
            read = value
            return value
        }
    }
}
