/// Why a request was refused, for whoever runs the service. It is not for the answer: it tells what the validator wants
/// of a token.
public struct Detail: Equatable, Sendable, Decodable {
    /// What is wrong with a member.
    public enum Problem: String, Sendable, Decodable {
        /// It is not there.
        case missing
        /// It is of another kind, such as a number where a text has to be.
        case wrongKind = "wrong_kind"
        /// Its value does not fit.
        case other
    }

    /// One line of English for a log.
    public let reason: String
    /// The header member, claim, or part of the request that it is about.
    public let member: String?
    /// What is wrong with it.
    public let problem: Problem?
    /// What was there, shortened.
    public let found: [String]
    /// What would have passed.
    public let wanted: [String]
    /// How far clocks may differ, in seconds, where a time was judged.
    public let leeway: Int64?
    /// The key that the token names; not verified, like `iss` and `exp`.
    public let kid: String?
    /// The issuer that the token names.
    public let iss: String?
    /// When the token says that it expires, in seconds since 1970.
    public let exp: Int64?
    /// What is wrong with the issuer's metadata or keys, where that is the reason or explains it.
    public let trouble: Trouble?

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        reason = try members.decode(String.self, forKey: .reason)
        member = try members.decodeIfPresent(String.self, forKey: .member)
        problem = try members.decodeIfPresent(String.self, forKey: .problem).map { Problem(rawValue: $0) ?? .other }
        found = try members.decodeIfPresent([String].self, forKey: .found) ?? []
        wanted = try members.decodeIfPresent([String].self, forKey: .wanted) ?? []
        leeway = try members.decodeIfPresent(Int64.self, forKey: .leeway)
        kid = try members.decodeIfPresent(String.self, forKey: .kid)
        iss = try members.decodeIfPresent(String.self, forKey: .iss)
        exp = try members.decodeIfPresent(Int64.self, forKey: .exp)
        trouble = try members.decodeIfPresent(Trouble.self, forKey: .trouble)
    }

    private enum CodingKeys: String, CodingKey {
        case reason, member, problem, found, wanted, leeway, kid, iss, exp, trouble
    }
}

/// What is wrong with something that the validator fetched, or tried to. `Validator.ready` throws it.
public struct Trouble: Error, Equatable, Sendable, Decodable, CustomStringConvertible {
    /// The kind of trouble.
    public let cause: Cause
    /// What was fetched.
    public let url: String
    /// The status of the answer, where there was one.
    public let status: Int?
    /// More, in words.
    public let message: String?
    /// What may mend it.
    public let hint: String?

    public var description: String {
        let parts = [status.map { "status \($0)" }, message].compactMap { $0 }
        let line = (["\(cause.rawValue) at \(url)"] + parts).joined(separator: ", ")
        return hint.map { "\(line); \($0)" } ?? line
    }
}
