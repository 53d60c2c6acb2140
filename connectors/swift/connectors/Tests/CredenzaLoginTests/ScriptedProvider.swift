import Credenza
import Foundation

@testable import CredenzaLogin

/// A provider that a test directs: it answers what OpenID Connect says, but where it is told otherwise.
final class ScriptedProvider: Fetcher, @unchecked Sendable {
    static let issuer = "https://id.example"
    static let client = "app"

    /// What the token endpoint does at one request.
    enum Turn: Sendable {
        case answers, loses, timesOut
        case refuses(Int, String)
        case says(Int, String)
    }

    private let keys = TestIssuer(issuer: ScriptedProvider.issuer)
    private let lock = NSLock()
    private var asked: [(path: String, form: [String: [String]])] = []
    private var turns: [Turn] = []
    private var issued = 0

    /// Members of the metadata, and claims of ID tokens, in place of the usual ones; null removes one.
    var metadata: [String: JSONValue] = [:]
    var idToken: [String: JSONValue] = [:]
    var answer: [String: JSONValue] = [:]
    var userInfo: [String: JSONValue] = ["sub": "ada"]
    /// Access tokens that the userinfo endpoint refuses.
    var revoked: Set<String> = []
    var isDown = false
    var areKeysAway = false
    var page: String?
    var delay: Duration?
    /// Happens while a request to the token endpoint is under way, once.
    var meanwhile: (@Sendable () async throws -> Void)?
    /// What its clock says.
    var time = Date()
    /// What the authorization request said, as a provider keeps it with the code.
    var request: [String: String] = [:]

    /// An ID token of somebody, as comes with a refresh.
    func idToken(_ sub: String) throws -> String {
        try keys.mint(
            ["sub": .string(sub), "jti": .null, "client_id": .null], audience: Self.client, typ: "JWT", alg: .es256,
            at: time)
    }

    func next(_ turns: Turn...) { lock.withLock { self.turns = turns } }
    func rotateKeys() { keys.rotate() }

    /// The forms that were posted to a path, or the requests to it.
    func requests(_ path: String) -> [[String: [String]]] {
        lock.withLock { asked.filter { $0.path == path }.map(\.form) }
    }

    func fetch(_ fetch: Fetch) async throws -> FetchResponse {
        let path = String(fetch.url.dropFirst(Self.issuer.count))
        let turn = lock.withLock { () -> Turn in
            asked.append((path, Form.parse(fetch.body ?? "")))
            return path == "/token" && !turns.isEmpty ? turns.removeFirst() : .answers
        }
        if let delay { try await Task.sleep(for: delay) }
        if path == "/token", let happens = meanwhile {
            meanwhile = nil
            try await happens()
        }
        if isDown || (areKeysAway && path == "/jwks") { throw FetchError(.connect, "connection refused") }
        if let page { return FetchResponse(status: 200, body: Data(page.utf8), contentType: "text/html") }
        switch path {
        case "/.well-known/openid-configuration": return json(200, merged(usualMetadata, metadata))
        case "/token": return try token(turn, Form.parse(fetch.body ?? ""))
        case "/par": return json(201, ["request_uri": "urn:example:1", "expires_in": 60])
        case "/revoke": return json(200, [:])
        case "/userinfo":
            let token = fetch.headers.first { $0.name == "Authorization" }?.value.dropFirst("Bearer ".count) ?? ""
            return revoked.contains(String(token)) ? json(401, ["error": "invalid_token"]) : json(200, userInfo)
        default:
            let response = keys.respond(url: fetch.url, now: Int64(time.timeIntervalSince1970))
            return FetchResponse(status: Int(response.status), body: Data(response.body.utf8))
        }
    }

    private func token(_ turn: Turn, _ form: [String: [String]]) throws -> FetchResponse {
        switch turn {
        case .answers: return json(200, merged(try tokens(form), answer))
        case .loses:
            _ = try tokens(form)
            throw FetchError(.connect, "the connection was lost")
        case .timesOut: throw FetchError(.timeout, "no answer within 10 s")
        case .refuses(let status, let error): return json(status, ["error": .string(error)])
        case .says(let status, let body): return FetchResponse(status: status, body: Data(body.utf8))
        }
    }

    private func tokens(_ form: [String: [String]]) throws -> [String: JSONValue] {
        let number = lock.withLock { () -> Int in
            issued += 1
            return issued
        }
        let access = "access-\(number)"
        var members: [String: JSONValue] = [
            "access_token": .string(access), "token_type": "Bearer", "expires_in": 300,
            "refresh_token": .string("refresh-\(number)"), "scope": "openid offline_access",
        ]
        if form["grant_type"] == ["authorization_code"] {
            let usual: [String: JSONValue] = [
                "sub": "ada", "nonce": .string(request["nonce"] ?? ""), "name": "Ada",
                "at_hash": .string(base64URL(Array(sha256(Array(access.utf8)).prefix(16)))), "jti": .null,
                "client_id": .null,
            ]
            members["id_token"] = .string(
                try keys.mint(
                    usual.merging(idToken) { _, new in new }, audience: Self.client, typ: "JWT", alg: .es256, at: time))
        }
        return members
    }

    private var usualMetadata: [String: JSONValue] {
        func at(_ path: String) -> JSONValue { .string(Self.issuer + path) }
        return [
            "issuer": .string(Self.issuer), "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "jwks_uri": at("/jwks"), "userinfo_endpoint": at("/userinfo"), "end_session_endpoint": at("/logout"),
            "revocation_endpoint": at("/revoke"), "authorization_response_iss_parameter_supported": true,
        ]
    }

    private func merged(_ usual: [String: JSONValue], _ own: [String: JSONValue]) -> [String: JSONValue] {
        usual.merging(own) { _, new in new }.filter { $0.value != .null }
    }

    private func json(_ status: Int, _ members: [String: JSONValue]) -> FetchResponse {
        FetchResponse(status: status, body: (try? JSONEncoder().encode(members)) ?? Data())
    }
}
