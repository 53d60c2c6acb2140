import Foundation

/// Where answers of the provider arrive (RFC 8252 section 7).
struct RedirectURI: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case privateUse, claimed, loopback
    }

    let kind: Kind
    let text: String
    private let parts: URLComponents

    init(_ text: String, setting: String) throws {
        func refused(_ reason: String) -> LoginSettingError { LoginSettingError(setting: setting, reason: reason) }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, parts.scheme == scheme.lowercased()
        else {
            throw refused("has to be an absolute URI with its scheme in lower case")
        }
        if parts.fragment != nil || parts.user != nil { throw refused("has to be without a fragment and a user") }
        if parts.query != nil { throw refused("has to be without a query") }
        switch scheme {
        case "https":
            guard parts.host?.isEmpty == false else { throw refused("has no host") }
            kind = .claimed
        case "http":
            // Section 8.3: localhost may resolve to something else.
            guard ["127.0.0.1", "[::1]", "::1"].contains(parts.host ?? "") else {
                throw refused("has to be https, or http://127.0.0.1 or http://[::1]")
            }
            kind = .loopback
        default:
            // Section 7.1: what belongs to somebody is a reversed domain name; other schemes collide.
            guard scheme.contains(".") else {
                throw refused("has to have a scheme with a dot in it, such as com.example.app:/callback")
            }
            kind = .privateUse
        }
        self.text = text
        self.parts = parts
    }

    /// Whether the system chooses the port.
    var needsPort: Bool { kind == .loopback && parts.port == nil }

    /// The port, 0 where the system chooses it.
    var port: UInt16 { UInt16(exactly: parts.port ?? 0) ?? 0 }

    /// The path, with a slash at its beginning.
    var path: String { parts.path.isEmpty ? "/" : parts.path }

    /// Whether a URL is this one with the parameters of an answer.
    func isOf(_ url: URL) -> Bool {
        guard let other = URLComponents(url: url, resolvingAgainstBaseURL: false) else { return false }
        return other.scheme?.lowercased() == parts.scheme && other.host?.lowercased() == parts.host?.lowercased()
            && other.port == parts.port && other.user == nil
            && (other.path.isEmpty ? "/" : other.path) == path
    }

    /// The same with a port that the system has chosen.
    func with(port: UInt16) -> RedirectURI {
        var parts = parts
        parts.port = Int(port)
        return RedirectURI(kind: kind, text: parts.string ?? text, parts: parts)
    }

    private init(kind: Kind, text: String, parts: URLComponents) {
        self.kind = kind
        self.text = text
        self.parts = parts
    }
}
