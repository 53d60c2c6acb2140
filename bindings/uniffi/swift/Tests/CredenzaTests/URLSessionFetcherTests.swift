import Credenza
import Foundation
import Testing

@Suite struct URLSessionFetcherTests {
    @Test func a_whole_check_over_http_on_this_machine() async throws {
        let server = try Server()
        let issuer = TestIssuer(issuer: server.origin)
        server.serve { .answer(issuer.respond(url: server.origin + $0, now: Int64(Date().timeIntervalSince1970)).body) }
        let validator = try Validator(issuer: server.origin, audience: api)
        #expect(try await validator.validate(issuer.mint(audience: api)).sub == "user")
        #expect(server.asked == ["/.well-known/openid-configuration", "/jwks"])
        #expect(server.userAgents.allSatisfy { $0.hasPrefix("credenza-validator/") })
        #expect(server.userAgents.count == 2)
    }

    @Test func a236_redirects_are_not_followed() async throws {
        let server = try Server()
        server.serve { $0 == "/elsewhere" ? .answer("{}") : .redirect("/elsewhere") }
        let denied = try await refusal(server)
        #expect(denied.rule == "keys_unavailable")
        #expect(denied.detail.trouble?.cause == .redirect)
        #expect(!server.asked.contains("/elsewhere"))
        #expect(!server.asked.isEmpty)
    }

    @Test func a236_no_more_is_read_than_may_be() async throws {
        let server = try Server()
        server.serve { _ in .answer(String(repeating: " ", count: 8_000_000)) }
        let denied = try await refusal(server)
        #expect(denied.rule == "keys_unavailable")
        #expect(denied.detail.trouble?.cause == .tooLarge)
    }

    @Test func a236_an_answer_that_does_not_come_is_given_up() async throws {
        let server = try Server()
        server.serve { _ in .silence }
        let denied = try await refusal(server)
        #expect(denied.rule == "keys_unavailable")
        #expect(denied.detail.trouble?.cause == .timeout)
    }

    @Test func a_host_that_is_not_there_has_its_cause() async throws {
        for (origin, cause) in [("http://127.0.0.1:1", Cause.connect), ("http://nowhere.invalid", .dns)] {
            let settings = Settings(issuer: origin, audience: [api], allowHttp: true)
            let validator = try Validator(settings, log: { _, _ in })
            let trouble = try await trouble { try await validator.ready() }
            #expect(trouble.cause == cause)
        }
    }

    private func refusal(_ server: Server) async throws -> Denied {
        let token = try TestIssuer(issuer: server.origin).mint(audience: api)
        let validator = try Validator(issuer: server.origin, audience: api)
        return try await denial { try await validator.validate(token) }
    }
}
