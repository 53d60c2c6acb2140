import Credenza
import Foundation
import Testing

/// A developer learns why: in `detail`, in the log, and by `ready`, but never in the answer.
@Suite struct WhyTests {
    private let settings = Settings(issuer: issuerName, audience: [api])

    @Test func trouble_with_the_issuer_has_its_cause() async throws {
        let metadata = "{\"issuer\":\"\(issuerName)/\",\"jwks_uri\":\"\(issuerName)/jwks\"}"
        let answers: [(Cause, Hook.Answer)] = [
            (.httpStatus, { _ in FetchResponse(status: 403, body: Data()) }),
            (.html, { _ in FetchResponse(status: 200, body: Data("<html>".utf8), contentType: "text/html") }),
            (.issuerMismatch, { _ in FetchResponse(status: 200, body: Data(metadata.utf8)) }),
            (.tlsName, { _ in throw FetchError(.tlsName, "no such name") }),
            (.other, { _ in throw Allowed() }),
        ]
        for (cause, answer) in answers {
            let lines = Lines()
            let validator = try Validator(settings, fetcher: Hook(answer: answer), log: lines.handler)
            let denied = try await denial { try await validator.validate(World().token()) }
            #expect(denied.status == 503)
            #expect(denied.detail.trouble?.cause == cause)
            #expect(denied.headers.isEmpty)
            let other = try Validator(settings, fetcher: Hook(answer: answer), log: lines.handler)
            #expect(try await trouble { try await other.ready() }.cause == cause)
            #expect(lines.all.contains { $0.hasPrefix("warning \(cause.rawValue) at \(issuerName)/") })
        }
    }

    @Test func ready_fetches_what_is_needed_and_no_more() async throws {
        let world = World()
        try await world.validator().ready()
        #expect(world.fetched.count == 2)
    }

    @Test func a_cause_is_one_line_a_minute() async throws {
        let (world, lines) = (World(), Lines())
        let validator = try Validator(settings, fetcher: world, clock: { world.date }, log: lines.handler)
        let plain = try world.token(typ: "JWT")
        for _ in 0..<20 {
            let denied = try await denial { try await validator.validate(plain) }
            #expect(denied.detail.found == ["JWT"])
            #expect(denied.detail.wanted == ["at+jwt"])
        }
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.hasPrefix("info refused by typ: ") == true)
        world.advance(60)
        _ = try await denial { try await validator.validate(plain) }
        #expect(lines.all.count == 2)
    }

    @Test func settings_are_named_as_they_are_spelled_here() throws {
        let own = Settings(issuer: issuerName, audience: [api], maxTokenBytes: -1)
        #expect(try refusedSetting { try Validator(own) } == "maxTokenBytes")
        let json = "{\"issuer\":\"\(issuerName)\",\"audience\":\"\(api)\",\"max_token_bytes\":-1}"
        #expect(try refusedSetting { try Validator(json: json) } == "max_token_bytes")
    }

    @Test func white_space_is_no_part_of_a_token() async throws {
        let world = World()
        let validator = try world.validator()
        let token = try world.token()
        #expect(try await validator.validate(token).sub == "user")
        for text in ["", " ", "\t\r\n"] {
            #expect(try await denial { try await validator.validate(text) }.rule == "token_missing")
        }
        for text in [" \(token)", "\(token) ", "\(token)\n", "Bearer \(token)"] {
            #expect(try await denial { try await validator.validate(text) }.rule == "credentials_many")
        }
    }
}

/// The lines of a log.
final class Lines: @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [String] = []

    var all: [String] { lock.withLock { lines } }
    var handler: LogHandler {
        { level, text in self.lock.withLock { self.lines.append("\(level.rawValue) \(text)") } }
    }
}

/// What a check of the issuer throws.
func trouble(_ check: () async throws -> Void) async throws -> Trouble {
    do {
        try await check()
    } catch let trouble as Trouble {
        return trouble
    }
    throw Allowed()
}
