import Foundation
import Testing

@testable import Credenza

/// One case of the vectors, run against one validator, which fetches from here.
final class Play: Fetcher, @unchecked Sendable {
    private let one: Members
    private let lock = NSLock()
    private var time = Date(timeIntervalSince1970: 0)
    private var fetched: [JSONValue] = []
    private var posts: [JSONValue] = []
    private var answered: [String: Int] = [:]

    init(_ one: Members) {
        self.one = one
    }

    func run(_ name: Comment) async throws {
        let settings = try #require(one["settings"]).json()
        let validator = try Validator(json: settings, fetcher: self) { self.lock.withLock { self.time } }
        for step in (one["steps"]?.array ?? []).compactMap(\.object) {
            begin(step)
            let decision = try await decide(step, validator)
            await validator.settled()
            let (fetches, posts) = lock.withLock { (fetched, self.posts) }
            #expect(described(decision) == step["expected"], name)
            if let expected = step["detail"] {
                #expect(agrees(expected, try detail(decision)), name)
            }
            #expect(fetches == step["fetches"]?.array ?? [], name)
            if let expected = step["posts"]?.array {
                #expect(posts == expected, name)
            }
        }
    }

    func fetch(_ fetch: Fetch) async throws -> FetchResponse {
        try lock.withLock { try answer(fetch) }
    }

    private func begin(_ step: Members) {
        lock.withLock {
            time = Date(timeIntervalSince1970: step["now"]?.number ?? 0)
            fetched = []
            posts = []
        }
    }

    private func answer(_ fetch: Fetch) throws -> FetchResponse {
        let name = switch fetch.method {
        case "RESOLVE": "resolve:\(fetch.url)"
        case "REMEMBER": "remember"
        default: fetch.url
        }
        fetched.append(.string(name))
        if fetch.method == "POST" {
            let field = fetch.headers.first { $0.name.lowercased() == "authorization" }
            posts.append([
                "authorization": field.map { .string($0.value) } ?? .null,
                "body": fetch.body.map { .string($0) } ?? .null,
            ])
        }
        let turn = answered[name, default: 0]
        answered[name] = turn + 1
        let known = one["responses"]?.object?[name]
        let response = known?.array.map { $0[min(turn, $0.count - 1)].object } ?? known?.object
        guard let response, response["fails"] != true else {
            let cause = response?["cause"]?.string.flatMap(Cause.init(rawValue:))
            throw FetchError(cause ?? .other, "connection refused")
        }
        let padding = String(repeating: " ", count: Int(response["padding"]?.number ?? 0))
        return FetchResponse(
            status: Int(response["status"]?.number ?? 0),
            body: Data(((response["body"]?.string ?? "") + padding).utf8),
            contentType: response["content_type"]?.string,
            cacheControl: response["cache_control"]?.string
        )
    }

    private func decide(_ step: Members, _ validator: Validator) async throws -> Decision {
        switch step["check"]?.string {
        case "access_token":
            let requirement = try Requirement(json: step["requirement"]?.json() ?? "{}")
            return try await validator.check(request(step["request"]?.object ?? [:]), requirement)
        case "id_token":
            let expected = expectations(step["expectations"]?.object ?? [:])
            return try await caught { try await validator.checkIDToken(step["token"]?.string ?? "", expected) }
        default:
            return try await caught { try await validator.checkLogoutToken(step["token"]?.string ?? "") }
        }
    }

    private func caught(_ check: () async throws -> Claims) async throws -> Decision {
        do {
            return .allow(try await check(), dpopNonce: nil)
        } catch let denied as Denied {
            return .deny(denied)
        }
    }

    private func request(_ members: Members) -> Request {
        Request(
            authorization: texts(members["authorization"]),
            dpop: texts(members["dpop"]),
            method: members["method"]?.string ?? "",
            url: members["url"]?.string ?? "",
            certificateThumbprint: members["certificate_thumbprint"]?.string
        )
    }

    private func expectations(_ members: Members) -> IdTokenExpectations {
        IdTokenExpectations(
            nonce: members["nonce"]?.string,
            maxAge: members["max_age"]?.number.map { Int64($0) },
            acrValues: texts(members["acr_values"]),
            accessToken: members["access_token"]?.string,
            code: members["code"]?.string
        )
    }

    private func detail(_ decision: Decision) throws -> JSONValue {
        guard case .deny(let denied) = decision else { throw Allowed() }
        let detail = denied.detail
        var members: Members = ["reason": .string(detail.reason)]
        members["member"] = detail.member.map { .string($0) }
        members["problem"] = detail.problem.map { .string($0.rawValue) }
        members["found"] = .array(detail.found.map { .string($0) })
        members["wanted"] = .array(detail.wanted.map { .string($0) })
        members["leeway"] = detail.leeway.map { .integer($0) }
        members["kid"] = detail.kid.map { .string($0) }
        members["iss"] = detail.iss.map { .string($0) }
        members["exp"] = detail.exp.map { .integer($0) }
        members["trouble"] = detail.trouble.map { trouble in
            var members: Members = ["cause": .string(trouble.cause.rawValue), "url": .string(trouble.url)]
            members["status"] = trouble.status.map { .integer(Int64($0)) }
            members["message"] = trouble.message.map { .string($0) }
            members["hint"] = trouble.hint.map { .string($0) }
            return .object(members)
        }
        return .object(members)
    }

    /// Whether every member that is expected is there, and equal.
    private func agrees(_ expected: JSONValue, _ found: JSONValue?) -> Bool {
        guard let members = expected.object else { return expected == found }
        return members.allSatisfy { agrees($0.value, found?.object?[$0.key]) }
    }

    private func texts(_ value: JSONValue?) -> [String] {
        (value?.array ?? []).compactMap(\.string)
    }

    private func described(_ decision: Decision) -> JSONValue {
        switch decision {
        case .allow(let claims, let nonce):
            var members: Members = ["allow": .object(claims.all)]
            members["dpop_nonce"] = nonce.map { .string($0) }
            return .object(members)
        case .deny(let denied):
            var members: Members = ["status": .integer(Int64(denied.status)), "rule": .string(denied.rule)]
            members["www_authenticate"] = denied.wwwAuthenticate.map { .string($0) }
            members["dpop_nonce"] = denied.dpopNonce.map { .string($0) }
            members["error"] = denied.error.map { .string($0) }
            return ["deny": .object(members)]
        }
    }
}
