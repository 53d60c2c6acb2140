import Credenza
import Foundation

/// An issuer whose tokens are accepted: the validator that decides about them, and where its claims stand.
public struct TrustedIssuer: Sendable {
    /// The issuer, as in `iss`.
    public let name: String
    /// Decides.
    public let validator: Validator
    let names: CallerNames
    let settings: [String: JSONValue]

    /// The issuer of that name, whose tokens are for `audience`.
    public init(_ issuer: String, audience: String) throws {
        let settings = try JSONEncoder().encode(["issuer": issuer, "audience": audience])
        try self.init(json: String(decoding: settings, as: UTF8.self))
    }

    /// By all settings of the validator, as the document that is the same in every language; throws `SettingsError`,
    /// which names the setting that is not accepted.
    public init(
        json: String, fetcher: any Fetcher = URLSessionFetcher(), clock: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        // The validator reads the document first, and strictly.
        validator = try Validator(json: json, fetcher: fetcher, clock: clock) { level, text in
            // The guard tells of refusals itself.
            if level == .warning { standardErrorLog(level, text) }
        }
        settings = try JSONDecoder().decode([String: JSONValue].self, from: Data(json.utf8))
        name = settings["issuer"]?.string ?? ""
        names = CallerNames(settings)
    }

    /// The challenge to a token whose issuer is none of several (RFC 6750 section 3), in the form of the validator's.
    func otherIssuerChallenge(_ incoming: Incoming) -> String {
        let dpop = settings["dpop"]?.object
        let scheme = incoming.authorization.first?.split(separator: " ").first?.lowercased() ?? ""
        if dpop == nil { return challenge("Bearer") }
        if dpop?["required"]?.bool == true || scheme == "dpop" { return challenge("DPoP") }
        return scheme == "bearer" ? challenge("Bearer") : challenge("DPoP") + ", " + challenge("Bearer")
    }

    private func challenge(_ scheme: String) -> String {
        var parameters: [(String, String)] = []
        if let realm = settings["realm"]?.string { parameters.append(("realm", realm)) }
        parameters += [("error", "invalid_token"), ("error_description", "the token is of another issuer")]
        if scheme == "DPoP" { parameters.append(("algs", proofAlgorithms.joined(separator: " "))) }
        if let document = settings["resource_metadata"]?.string { parameters.append(("resource_metadata", document)) }
        return scheme + " " + parameters.map { "\($0)=\"\(quoted($1))\"" }.joined(separator: ", ")
    }

    private var proofAlgorithms: [String] {
        settings["dpop"]?.object?["algorithms"]?.array?.compactMap(\.string)
            ?? ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
    }

    /// The inside of a quoted string (RFC 9110 section 5.6.4), which no text breaks out of.
    private func quoted(_ text: String) -> String {
        text.unicodeScalars.map { char in
            switch char {
            case "\"", "\\": "\\\(char)"
            case " "..."~": String(char)
            default: "?"
            }
        }.joined()
    }
}

/// What a token says of itself, by which its validator is found. The validator then checks all of it.
enum Unverified {
    static func issuer(_ authorization: [String]) -> String? {
        guard authorization.count == 1, let token = authorization[0].split(separator: " ").last,
            token.utf8.count <= 65_536
        else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let payload = Data(base64Encoded: text) else { return nil }
        return try? JSONDecoder().decode(JSONValue.self, from: payload).object?["iss"]?.string
    }
}
