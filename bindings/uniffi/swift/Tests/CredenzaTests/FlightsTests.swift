import Credenza
import Foundation
import Testing

@Suite struct FlightsTests {
    @Test func a235_64_callers_share_one_fetch() async throws {
        let world = World(delay: .milliseconds(50))
        let validator = try world.validator()
        let token = try world.token()
        let subjects = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<64 {
                group.addTask { try await validator.validate(token).sub }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(subjects == Array(repeating: "user", count: 64))
        #expect(world.fetched == ["\(issuerName)/.well-known/openid-configuration", "\(issuerName)/jwks"])
    }

    @Test func a_fetch_goes_on_when_who_asked_for_it_first_is_cancelled() async throws {
        let world = World(delay: .milliseconds(50))
        let validator = try world.validator()
        let token = try world.token()
        let first = Task { try await validator.validate(token) }
        let second = Task { try await validator.validate(token).sub }
        first.cancel()
        #expect(try await second.value == "user")
        #expect(world.fetched.count == 2)
    }

    @Test func a236_what_fails_or_is_too_long_is_a_refusal() async throws {
        for answer: Hook.Answer in [
            { _ in throw FetchError(.connect, "no answer") },
            { FetchResponse(status: 200, body: Data(count: $0.maxBytes + 1)) },
            { _ in FetchResponse(status: 302, body: Data()) },
            { _ in FetchResponse(status: -1, body: Data()) },
        ] {
            let settings = Settings(issuer: issuerName, audience: [api])
            let validator = try Validator(settings, fetcher: Hook(answer: answer))
            let decision = try await validator.check(Request(authorization: ["Bearer \(try World().token())"]))
            let denied = try await denial { try decision.claims() }
            #expect(denied.status == 503)
            #expect(denied.rule == "keys_unavailable")
        }
    }
}

struct Hook: Fetcher {
    typealias Answer = @Sendable (Fetch) throws -> FetchResponse

    let answer: Answer

    func fetch(_ fetch: Fetch) async throws -> FetchResponse {
        try answer(fetch)
    }
}
