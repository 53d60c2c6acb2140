// Chart 951: Sign-in of apps in Swift: the flow | PKCE, state, nonce, iss, mix-up, codes, PAR, ID token, clocks; scripted provider
import Credenza
import Foundation
import Testing

@testable import CredenzaLogin

@Suite struct SignInTests {
    @Test func somebodySignsIn() async throws {
        let world = try World { $0.resource = "https://api.example" }
        let session = try await world.signIn(
            SignInOptions(prompt: "login", maxAge: nil, loginHint: "ada@example.com", uiLocales: ["de-CH", "de"]))
        #expect(session.sub == "ada" && session.name == "Ada")
        #expect(session.scopes == ["openid", "offline_access"])
        #expect(try await world.login.session() == session)
        #expect(try await world.login.accessToken() == "access-1")

        let sent = world.provider.request
        #expect(
            sent["response_type"] == "code" && sent["client_id"] == "app" && sent["redirect_uri"] == World.redirectURI)
        #expect(sent["code_challenge_method"] == "S256" && sent["resource"] == "https://api.example")
        #expect(
            sent["prompt"] == "login" && sent["ui_locales"] == "de-CH de" && sent["login_hint"] == "ada@example.com")
        #expect([sent["state"], sent["nonce"]].allSatisfy { $0?.utf8.count == 43 } && sent["state"] != sent["nonce"])

        let form = try #require(world.provider.requests("/token").first)
        #expect(form["grant_type"] == ["authorization_code"] && form["code"] == ["code-1"])
        #expect(form["redirect_uri"] == [World.redirectURI] && form["client_id"] == ["app"])
        #expect(form["resource"] == ["https://api.example"] && form["client_secret"] == nil)
        let verifier = try #require(form["code_verifier"]?.first)
        #expect(verifier.utf8.count == 43 && challenge(of: verifier) == sent["code_challenge"])
    }

    @Test func nothingOfOneSignInIsInAnother() async throws {
        let world = try World()
        try await world.signIn()
        let first = world.provider.request
        try await world.signIn()
        let second = world.provider.request
        for name in ["state", "nonce", "code_challenge"] { #expect(first[name] != second[name]) }
    }

    /// Each is refused before the code is redeemed, so that no wrong provider gets it.
    @Test(
        arguments: [
            (["state": "another"], .unknownState), (["state": nil], .unknownState),
            (["iss": "https://evil.example"], .otherIssuer), (["iss": ScriptedProvider.issuer + "/"], .otherIssuer),
            (["iss": nil], .missingIssuer), (["code": nil], .missingCode), (["code": ""], .missingCode),
            (["error": "access_denied", "iss": "https://evil.example"], .otherIssuer),
        ] as [([String: String?], AnswerFault)])
    func answersThatAreNotForThisSignIn(_ arrives: [String: String?], _ fault: AnswerFault) async throws {
        let world = try World()
        world.arrives = arrives
        await #expect(throws: LoginError.answerRefused(fault)) { try await world.signIn() }
        #expect(world.provider.requests("/token").isEmpty)
        #expect(try await world.login.session() == nil)
        world.arrives = [:]
        try await world.signIn()
    }

    @Test func anIssIsNotNeededWhereTheProviderSendsNone() async throws {
        let world = try World()
        world.provider.metadata = ["authorization_response_iss_parameter_supported": .null]
        world.arrives = ["iss": nil]
        try await world.signIn()
        world.arrives = ["iss": "https://evil.example"]
        await #expect(throws: LoginError.answerRefused(.otherIssuer)) { try await world.signIn() }
    }

    @Test func anAnswerAtAnotherPlaceOrWithAParameterTwice() async throws {
        let world = try World()
        for place in ["com.example.app:/other", "com.example.app://host/callback", "com.example.other:/callback"] {
            world.arrivesAt = place
            await #expect(throws: LoginError.answerRefused(.otherRedirectURI)) { try await world.signIn() }
        }
        world.arrivesAt = World.redirectURI
        for twice in ["state", "iss", "code"] {
            let url = world.answer(to: try await world.login.start())
            let doubled = try #require(URL(string: url.absoluteString + "&\(twice)=x"))
            await #expect(throws: LoginError.answerRefused(.repeatedParameter)) {
                try await world.login.callback(doubled)
            }
        }
        #expect(world.provider.requests("/token").isEmpty)
    }

    /// The answer to one sign-in does not finish another that is under way too.
    @Test func anAnswerToAnotherSignInUnderWay() async throws {
        let world = try World()
        let other = world.answer(to: try await world.login.start())
        world.arrives = ["state": Form.parse(other.query ?? "")["state"]?.first]
        await #expect(throws: LoginError.answerRefused(.unknownState)) { try await world.signIn() }
        world.arrives = [:]
        let url = try await world.login.start()
        #expect(try await world.login.callback(world.answer(to: url)).sub == "ada")
    }

    @Test func aCodeIsRedeemedOnce() async throws {
        let world = try World()
        let url = world.answer(to: try await world.login.start())
        _ = try await world.login.callback(url)
        await #expect(throws: LoginError.answerRefused(.unknownState)) { try await world.login.callback(url) }
        #expect(world.provider.requests("/token").count == 1)

        world.provider.next(.refuses(400, "invalid_grant"))
        await #expect(throws: LoginError.provider(error: "invalid_grant", description: nil)) {
            try await world.signIn()
        }
        // Who was signed in before still is.
        #expect(try await world.login.accessToken() == "access-1")
    }

    @Test func whatTheProviderRefuses() async throws {
        let world = try World()
        world.arrives = ["code": nil, "error": "access_denied", "error_description": "not\u{7}today"]
        await #expect(throws: LoginError.denied("nottoday")) { try await world.signIn() }
        world.arrives = ["code": nil, "error": "invalid_scope"]
        await #expect(throws: LoginError.provider(error: "invalid_scope", description: nil)) {
            try await world.signIn()
        }
        world.closes = true
        await #expect(throws: LoginError.cancelled) { try await world.signIn() }
    }

    @Test(
        arguments: [
            ("nonce", "another", "nonce"), ("nonce", nil, "nonce"), ("iss", "https://evil.example", "iss"),
            ("aud", "another", "aud"), ("azp", "another", "azp"), ("at_hash", "AAAAAAAAAAAAAAAAAAAAAA", "at_hash"),
            ("sub", nil, "claim_missing"),
        ] as [(String, String?, String)])
    func idTokensThatAreNotGood(_ claim: String, _ value: String?, _ rule: String) async throws {
        let world = try World()
        world.provider.idToken = [claim: value.map { .string($0) } ?? .null]
        do {
            try await world.signIn()
            Issue.record("signed in with \(claim) \(value ?? "absent")")
        } catch LoginError.idTokenRefused(let found, _) {
            #expect(found == rule)
        }
        #expect(try await world.login.session() == nil)
        world.provider.idToken = [:]
        try await world.signIn()
    }

    @Test func anIDTokenWithoutAnAtHash() async throws {
        let world = try World()
        world.provider.idToken = ["at_hash": .null]
        try await world.signIn()
    }

    @Test func aStrongerSignInIsHeldTo() async throws {
        let world = try World { $0.maxAge = 3_600 }
        let now = world.provider.time.timeIntervalSince1970
        world.provider.idToken = ["auth_time": .integer(Int64(now) - 60), "acr": "urn:example:strong"]
        let strong = SignInOptions(maxAge: 600, acrValues: ["urn:example:strong"])
        #expect(try await world.signIn(strong).acr == "urn:example:strong")
        #expect(
            world.provider.request["max_age"] == "600" && world.provider.request["acr_values"] == "urn:example:strong")
        world.provider.idToken["acr"] = "urn:example:weak"
        await #expect(throws: LoginError.self) { try await world.signIn(strong) }
        world.provider.idToken["auth_time"] = .integer(Int64(now) - 6_000)
        await #expect(throws: LoginError.self) { try await world.signIn() }
        #expect(world.provider.request["max_age"] == "3600")
    }

    @Test func aDeviceWhoseClockIsAMinuteOff() async throws {
        for seconds in [-60.0, 60] {
            let world = try World()
            world.clockIsOff(by: seconds)
            try await world.signIn()
            #expect(try await world.login.accessToken() == "access-1")
        }
        let world = try World { $0.leeway = 0 }
        world.clockIsOff(by: -60)
        await #expect(throws: LoginError.self) { try await world.signIn() }
    }

    @Test func keysThatWereChangedAMomentAgo() async throws {
        let world = try World()
        try await world.signIn()
        for _ in 0..<3 {
            world.provider.rotateKeys()
            try await world.signIn()
        }
    }

    @Test func aProviderThatIsDown() async throws {
        let world = try World()
        world.provider.isDown = true
        await #expect(throws: LoginError.self) { try await world.login.start() }
        world.provider.isDown = false
        let url = world.answer(to: try await world.login.start())
        for turn in [
            ScriptedProvider.Turn.refuses(503, "invalid_grant"), .timesOut, .says(200, "<p>Pay for the network</p>"),
        ] {
            world.provider.next(turn)
            do {
                _ = try await world.login.callback(url)
                Issue.record("signed in by \(turn)")
            } catch LoginError.unavailable {}
        }
        // The same answer does once it is there again.
        #expect(try await world.login.callback(url).sub == "ada")
    }

    /// The code is not spent on an ID token that cannot be checked.
    @Test func keysThatCannotBeHad() async throws {
        let world = try World()
        let url = world.answer(to: try await world.login.start())
        world.provider.areKeysAway = true
        await #expect(throws: LoginError.self) { try await world.login.callback(url) }
        #expect(world.provider.requests("/token").isEmpty)
        world.provider.areKeysAway = false
        // The validator does not ask again at once.
        world.pass(60)
        #expect(try await world.login.callback(url).sub == "ada")
    }

    @Test func metadataThatAreNotTheIssuers() async throws {
        for wrong in [
            ["issuer": "https://evil.example"], ["issuer": .null], ["token_endpoint": "http://id.example/token"],
            ["authorization_endpoint": .null], ["jwks_uri": "jwks"],
        ] as [[String: JSONValue]] {
            let world = try World()
            world.provider.metadata = wrong
            do {
                _ = try await world.login.start()
                Issue.record("begun with \(wrong)")
            } catch LoginError.unavailable {}
            world.provider.metadata = [:]
            try await world.signIn()
        }
        let world = try World()
        world.provider.page = "<html>Sign in to the hotel's network</html>"
        await #expect(throws: LoginError.self) { try await world.login.start() }
    }

    @Test func metadataAreFetchedOnceAndOutliveTheProvider() async throws {
        let world = try World()
        world.provider.delay = .milliseconds(20)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { _ = try await world.login.start() } }
            try await group.waitForAll()
        }
        #expect(world.provider.requests("/.well-known/openid-configuration").count == 1)
        world.pass(4_000)
        world.provider.isDown = true
        _ = try await world.login.start()
        #expect(world.provider.requests("/.well-known/openid-configuration").count == 2)
    }

    @Test func requestsArePushedWhereTheyHaveToBe() async throws {
        let world = try World()
        world.provider.metadata = [
            "require_pushed_authorization_requests": true,
            "pushed_authorization_request_endpoint": .string(ScriptedProvider.issuer + "/par"),
        ]
        let url = try await world.login.start()
        #expect(Form.parse(url.query ?? "") == ["client_id": ["app"], "request_uri": ["urn:example:1"]])
        let pushed = try #require(world.provider.requests("/par").first)
        #expect(pushed["code_challenge_method"] == ["S256"] && pushed["redirect_uri"] == [World.redirectURI])
        world.provider.metadata["pushed_authorization_request_endpoint"] = .null
        let other = try World()
        other.provider.metadata = world.provider.metadata
        await #expect(throws: LoginError.self) { try await other.login.start() }
    }

    @Test func aSignInTakesTenMinutesAtMost() async throws {
        let world = try World()
        let late = world.answer(to: try await world.login.start())
        let url = world.answer(to: try await world.login.start())
        world.pass(599)
        _ = try await world.login.callback(url)
        world.pass(2)
        await #expect(throws: LoginError.answerRefused(.unknownState)) { try await world.login.callback(late) }
    }

    @Test func nothingSecretIsLogged() async throws {
        let world = try World()
        world.provider.idToken = ["nonce": "another"]
        await #expect(throws: LoginError.self) { try await world.signIn() }
        world.provider.next(.refuses(400, "invalid_grant"))
        await #expect(throws: LoginError.self) { try await world.signIn() }
        let sent = world.provider.request
        #expect(!world.logged.isEmpty)
        let secrets = ["code-1", "access-", "refresh-", sent["state"] ?? "", sent["nonce"] ?? ""]
        for line in world.logged { #expect(!secrets.contains { line.contains($0) }, Comment(rawValue: line)) }
        world.provider.idToken = [:]
        let session = try await world.signIn()
        #expect("\(session)" == "Session")
    }
}
