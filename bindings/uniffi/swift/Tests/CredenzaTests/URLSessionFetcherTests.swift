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
    }

    @Test func a236_redirects_are_not_followed() async throws {
        let server = try Server()
        server.serve { $0 == "/elsewhere" ? .answer("{}") : .redirect("/elsewhere") }
        #expect(try await refusal(server).rule == "keys_unavailable")
        #expect(!server.asked.contains("/elsewhere"))
        #expect(!server.asked.isEmpty)
    }

    @Test func a236_no_more_is_read_than_may_be() async throws {
        let server = try Server()
        server.serve { _ in .answer(String(repeating: " ", count: 8_000_000)) }
        #expect(try await refusal(server).rule == "keys_unavailable")
    }

    @Test func a236_an_answer_that_does_not_come_is_given_up() async throws {
        let server = try Server()
        server.serve { _ in .silence }
        #expect(try await refusal(server).rule == "keys_unavailable")
    }

    private func refusal(_ server: Server) async throws -> Denied {
        let token = try TestIssuer(issuer: server.origin).mint(audience: api)
        let validator = try Validator(issuer: server.origin, audience: api)
        return try await denial { try await validator.validate(token) }
    }
}
