/// What a route asks for beyond a valid token. Empty members ask for nothing; everything else must be fulfilled. Made
/// once for each route and kept.
public struct Requirement: Sendable {
    let core: RequirementCore

    /// Asks for a good token alone.
    public static let nothingMore = Requirement()

    /// - Parameters:
    ///   - scopes: scopes, all of them (RFC 6750 section 3.1).
    ///   - anyScope: scopes, at least one of them.
    ///   - clientIDs: clients, to one of which the token was issued.
    ///   - tenants: tenants, to one of which the token belongs.
    ///   - organizations: organisations, to one of which the token belongs.
    ///   - roles: roles, all of them.
    ///   - anyRole: roles, at least one of them.
    ///   - permissions: permissions, all of them.
    ///   - anyPermission: permissions, at least one of them.
    ///   - plans: plans, one of which is subscribed to.
    ///   - acrValues: authentication contexts, one of which the sign-in reached (RFC 9470 section 4).
    ///   - maxAge: how long ago the user may have signed in, in seconds (RFC 9470 section 4).
    ///   - maxTokenAge: how old the token may be since its `iat`, in seconds.
    ///   - bound: whether the token must be bound to its sender (RFC 9449, RFC 8705).
    public init(
        scopes: [String] = [],
        anyScope: [String] = [],
        clientIDs: [String] = [],
        tenants: [String] = [],
        organizations: [String] = [],
        roles: [String] = [],
        anyRole: [String] = [],
        permissions: [String] = [],
        anyPermission: [String] = [],
        plans: [String] = [],
        acrValues: [String] = [],
        maxAge: Int64? = nil,
        maxTokenAge: Int64? = nil,
        bound: Bool = false
    ) {
        core = RequirementCore(
            scopes: scopes,
            anyScope: anyScope,
            clientIds: clientIDs,
            tenants: tenants,
            organizations: organizations,
            roles: roles,
            anyRole: anyRole,
            permissions: permissions,
            anyPermission: anyPermission,
            plans: plans,
            acrValues: acrValues,
            maxAge: maxAge,
            maxTokenAge: maxTokenAge,
            bound: bound
        )
    }

    /// A requirement as JSON, the same document in every language; throws `SettingsError` for what is none.
    public init(json: String) throws {
        core = try RequirementCore.fromJson(json: json)
    }
}
