import Credenza
import Foundation
import Testing

@Suite struct ValidatorTests {
    let world = World()

    @Test func rfc9068_4_a_good_token_gives_its_claims() async throws {
        let claims = try await world.validator().validate(world.token(["scope": "read write", "org": ["id": 7]]))
        #expect(claims.issuer == issuerName)
        #expect(claims.sub == "user")
        #expect(claims.clientID == "client")
        #expect(claims.audience == [api])
        #expect(claims.scopes == ["read", "write"])
        #expect(claims.expiresAt == Date(timeIntervalSince1970: now + 300))
        #expect(claims["org"] == ["id": 7])
        #expect(!"\(claims)".contains("user"))
    }

    @Test func rfc6750_3_1_what_is_asked_for_and_not_there_is_refused_with_its_challenge() async throws {
        let validator = try world.validator()
        let token = try world.token(["scope": "read"])
        #expect(try await validator.validate(token, Requirement(scopes: ["read"])).sub == "user")
        let denied = try await denial { try await validator.validate(token, Requirement(scopes: ["read", "write"])) }
        #expect(denied.status == 403)
        #expect(denied.rule == "scope")
        #expect(denied.section == "RFC 6750 section 3.1")
        #expect(denied.error == "insufficient_scope")
        #expect(denied.wwwAuthenticate?.contains("scope=\"read write\"") == true)
    }

    @Test func rfc7519_4_1_4_the_clock_that_was_given_counts() async throws {
        let validator = try world.validator()
        let token = try world.token()
        #expect(try await validator.validate(token).sub == "user")
        world.advance(331)
        #expect(try await denial { try await validator.validate(token) }.rule == "exp")
    }

    @Test func without_waiting_there_is_an_answer_once_keys_are_there() async throws {
        let validator = try world.validator()
        let token = try world.token()
        #expect(try validator.validateNow(token) == nil)
        _ = try await validator.validate(token)
        #expect(try validator.validateNow(token)?.sub == "user")
        #expect(throws: Denied.self) { try validator.validateNow("x.y.z") }
    }

    @Test func a_check_is_a_decision_and_no_error() async throws {
        let validator = try world.validator()
        let good = try await validator.check(Request(authorization: ["Bearer \(try world.token())"]))
        #expect(try good.claims().sub == "user")
        guard case .deny(let denied) = try await validator.check(Request(authorization: [])) else { throw Allowed() }
        #expect(denied.rule == "token_missing")
        #expect(denied.wwwAuthenticate == "Bearer")
    }

    @Test func oidc_core_3_1_3_7_id_tokens_and_logout_tokens() async throws {
        let client = try world.validator(Settings(issuer: issuerName, clientId: "client"))
        let idToken = try world.token(["nonce": "n"], audience: "client", typ: "JWT")
        #expect(try await client.checkIDToken(idToken, IdTokenExpectations(nonce: "n")).sub == "user")
        let other = IdTokenExpectations(nonce: "m")
        #expect(try await denial { try await client.checkIDToken(idToken, other) }.rule == "nonce")
        let events: JSONValue = ["http://schemas.openid.net/event/backchannel-logout": [:]]
        let logout = try world.token(["events": events], audience: "client", typ: "logout+jwt")
        #expect(try await client.checkLogoutToken(logout).sub == "user")
        #expect(try await denial { try await client.checkLogoutToken(logout) }.rule == "logout_replay")
    }

    @Test func a237_rotated_keys_are_found_and_revoked_tokens_are_dead() async throws {
        let revocations = RevocationSettings(interval: 5)
        let validator = try world.validator(Settings(issuer: issuerName, audience: [api], revocations: revocations))
        let old = try world.token()
        let jti = try #require(try await validator.validate(old).jti)
        world.advance(31)
        world.issuer.rotate()
        #expect(try await validator.validate(world.token()).sub == "user")
        world.issuer.revoke(claim: "jti", value: jti)
        world.advance(11)
        #expect(try await denial { try await validator.validate(old) }.rule == "revoked")
    }

    @Test func rfc8705_3_a_token_of_a_certificate_passes_with_that_certificate_alone() async throws {
        let validator = try world.validator()
        let thumbprint = try #require(certificateThumbprint(certificate: Data([0x30, 3, 2, 1, 5])))
        let token = try world.token(["cnf": ["x5t#S256": .string(thumbprint)]])
        var request = Request(authorization: ["Bearer \(token)"], certificateThumbprint: thumbprint)
        #expect(try await validator.check(request).claims().sub == "user")
        for (other, rule) in [(nil, "certificate_missing"), (String(repeating: "B", count: 43), "certificate_binding")] {
            request.certificateThumbprint = other
            let decision = try await validator.check(request)
            #expect(try await denial { try decision.claims() }.rule == rule)
        }
    }

    @Test func a240_settings_that_are_missing_or_contradictory_are_refused_by_name() throws {
        for (settings, name) in [
            (Settings(issuer: issuerName), "audience"),
            (Settings(issuer: "http://id.example", audience: [api]), "issuer"),
            (Settings(issuer: issuerName, audience: [api], algorithms: []), "algorithms"),
            (Settings(issuer: issuerName, audience: [api], leeway: 301), "leeway"),
            (Settings(issuer: issuerName, audience: [api], keys: "{\"keys\":[],\"keys\":[]}"), "settings"),
        ] {
            #expect(try refusedSetting { try Validator(settings) } == name)
        }
        #expect(throws: SettingsError.self) { try Requirement(json: "{\"scope\":\"read\"}") }
        #expect(throws: SettingsError.self) { try Validator(json: "{\"issuer\":\"\(issuerName)\",\"odd\":1}") }
    }

    @Test func secrets_are_not_printed() {
        let introspection = IntrospectionSettings(clientId: "me", clientSecret: "hush")
        #expect(!String(reflecting: introspection).contains("hush"))
    }

    @Test func a242_odd_texts_are_refused_wherever_they_stand() async throws {
        let validator = try world.validator()
        #expect(try await validator.validate(world.token()).sub == "user")
        let long = String(repeating: ".", count: 1_000_000)
        for text in ["", " ", "\0", "a\0b", "ü.ü.ü", "🦀", ".", "..", "....", "\r\n", "eyJhbGciOiJub25lIn0.e30.", long] {
            _ = try await denial { try await validator.validate(text) }
            _ = try await denial { try await validator.checkIDToken(text) }
            _ = try await denial { try await validator.checkLogoutToken(text) }
            let request = Request(authorization: ["DPoP \(text)"], dpop: [text], method: text, url: text)
            let decision = try await validator.check(request)
            _ = try await denial { try decision.claims() }
            #expect(throws: SettingsError.self) { try Validator(issuer: text, audience: api) }
            #expect(throws: JoseError.self) { try Jose.verify(text, jwks: "{\"keys\":[]}", allowed: [.es256]) }
        }
    }
}
