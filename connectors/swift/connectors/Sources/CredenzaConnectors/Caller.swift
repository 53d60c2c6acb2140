import Credenza

/// Whom a request is from: the claims of the token that was accepted. It prints no claims, which are personal data.
public struct Caller: Sendable, CustomStringConvertible {
    /// Every claim.
    public let claims: Claims
    private let names: CallerNames

    init(_ claims: Claims, _ names: CallerNames) {
        self.claims = claims
        self.names = names
    }

    /// The user, or the client where `isUser` does not hold.
    public var sub: String? { claims.sub }
    /// Whom the token was issued to.
    public var clientID: String? { names.client.lazy.compactMap { text($0) }.first }
    /// The scopes of the token.
    public var scopes: [String] { names.scopes.first { value($0) != nil }.map { texts($0) } ?? [] }
    /// The tenant.
    public var tenant: String? { text(names.tenant) }
    /// The organisation.
    public var organization: String? { text(names.organization) }
    /// The roles.
    public var roles: [String] { texts(names.roles) }
    /// The permissions.
    public var permissions: [String] { texts(names.permissions) }
    /// The plan that is paid for.
    public var plan: String? { text(names.plan) }
    /// The authentication context of the sign-in.
    public var acr: String? { claims.acr }

    /// Whether a user stands behind the token. A client has none with `client_credentials`: then it is its own subject.
    public var isUser: Bool { sub != nil && sub != clientID }

    public var description: String { "Caller" }

    private func text(_ name: String) -> String? { value(name)?.string }

    private func texts(_ name: String) -> [String] {
        guard let value = value(name) else { return [] }
        if let text = value.string { return text.split(separator: " ").map(String.init) }
        return value.array?.compactMap(\.string) ?? []
    }

    /// A claim by its name, or by a JSON Pointer (RFC 6901) when it begins with a slash.
    private func value(_ name: String) -> JSONValue? {
        guard name.hasPrefix("/") else { return claims[name] }
        let steps = name.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
        return steps.reduce(.object(claims.all)) { (found: JSONValue?, step) in
            if let members = found?.object { return members[step] }
            guard let items = found?.array, let index = Int(step), String(index) == step else { return nil }
            return items.indices.contains(index) ? items[index] : nil
        }
    }
}

/// Where claims stand that no specification, or more than one, has a name for: by the settings, or the profile.
struct CallerNames: Sendable {
    let tenant, organization, roles, permissions, plan: String
    let scopes, client: [String]

    init(_ settings: [String: JSONValue]) {
        let names = settings["claim_names"]?.object ?? [:]
        tenant = names["tenant"]?.string ?? "tenant"
        organization = names["organization"]?.string ?? "org_id"
        roles = names["roles"]?.string ?? "roles"
        permissions = names["permissions"]?.string ?? "permissions"
        plan = names["plan"]?.string ?? "plan"
        client = names["client"]?.string.map { [$0] } ?? ["client_id", "azp", "cid", "appid"]
        scopes = names["scope"]?.string.map { [$0] } ?? Self.scopes(settings["profile"]?.string)
    }

    private static func scopes(_ profile: String?) -> [String] {
        switch profile {
        case "entra", "okta": ["scp"]
        case "hydra": ["scp", "scope"]
        case "generic": ["scope", "scp"]
        default: ["scope"]
        }
    }
}
