// Chart 953: Sign-in of apps in Swift: logout, userinfo, settings | end_session_endpoint, revocation, sub of userinfo, redirect URIs
import Credenza
import Foundation
import Testing

@testable import CredenzaLogin

@Suite struct LogoutTests {
    @Test func aLogoutEndsAllThree() async throws {
        let world = try World { $0.afterLogout = "com.example.app:/signed-out" }
        let session = try await world.signIn()
        let url = try #require(try await world.login.logout())
        #expect(url.absoluteString.hasPrefix(ScriptedProvider.issuer + "/logout?"))
        let sent = Form.parse(url.query ?? "")
        #expect(sent["id_token_hint"] == [session.idToken] && sent["client_id"] == ["app"])
        #expect(sent["post_logout_redirect_uri"] == ["com.example.app:/signed-out"] && sent["state"]?.count == 1)
        let revoked = try #require(world.provider.requests("/revoke").first)
        #expect(revoked["token"] == ["refresh-1"] && revoked["client_id"] == ["app"])
        #expect(try await world.login.session() == nil)
        await #expect(throws: LoginError.signedOut) { try await world.login.accessToken() }
        #expect(try await world.login.logout() == nil)
    }

    @Test func aProviderThatIsDownKeepsNobodySignedIn() async throws {
        let world = try World()
        try await world.signIn()
        world.provider.isDown = true
        _ = try await world.login.logout()
        #expect(try await world.login.session() == nil)
    }

    @Test func aLogoutWithABrowserNeedsAWayBack() async throws {
        let world = try World { $0.afterLogout = "com.example.app:/signed-out" }
        try await world.signIn()
        try await world.login.logout(with: world)
        #expect(world.provider.request["post_logout_redirect_uri"] == "com.example.app:/signed-out")
        #expect(try await world.login.session() == nil)
        let without = try World()
        try await without.signIn()
        await #expect(throws: LoginSettingError.self) { try await without.login.logout(with: without) }
        #expect(try await without.login.session() != nil)
    }

    @Test func aSecondSignInRevokesTheFirst() async throws {
        let world = try World()
        try await world.signIn()
        try await world.signIn()
        #expect(world.provider.requests("/revoke").map { $0["token"] } == [["refresh-1"]])
        #expect(try await world.login.accessToken() == "access-2")
    }

    @Test func userInfoIsOfThePersonWhoIsSignedIn() async throws {
        let world = try World()
        await #expect(throws: LoginError.signedOut) { try await world.login.userInfo() }
        try await world.signIn()
        world.provider.userInfo = ["sub": "ada", "email": "ada@example.com"]
        #expect(try await world.login.userInfo()["email"] == "ada@example.com")
        // A token that was withdrawn is replaced.
        world.provider.revoked = ["access-1"]
        #expect(try await world.login.userInfo()["sub"] == "ada")
        world.provider.userInfo = ["sub": "eve"]
        await #expect(throws: LoginError.self) { try await world.login.userInfo() }
        world.provider.userInfo = [:]
        await #expect(throws: LoginError.self) { try await world.login.userInfo() }
    }
}

@Suite struct SettingsTests {
    @Test(
        arguments: [
            ("com.example.app:/callback", nil), ("com.example.app:callback", nil), ("com.example.app://callback", nil),
            ("https://app.example/callback", nil), ("http://127.0.0.1/callback", nil),
            ("http://127.0.0.1:8000/callback", nil),
            ("http://[::1]/callback", nil), ("http://localhost/callback", "redirectURI"),
            ("http://app.example/", "redirectURI"),
            ("https:///callback", "redirectURI"), ("myapp:/callback", "redirectURI"), ("/callback", "redirectURI"),
            ("", "redirectURI"), ("com.example.app:/callback#x", "redirectURI"),
            ("com.example.app:/callback?x", "redirectURI"),
            ("https://me@app.example/", "redirectURI"), ("javascript:alert(1)", "redirectURI"),
            ("http://127.0.0.1.evil.example/", "redirectURI"),
        ] as [(String, String?)])
    func redirectURIs(_ text: String, _ setting: String?) {
        #expect(refused { $0.redirectURI = text } == setting)
    }

    @Test func otherSettings() {
        #expect(refused { _ in } == nil)
        for issuer in ["", "id.example", "http://id.example", "https://id.example/?a=b", "https://id.example/#a"] {
            #expect(refused { $0.issuer = issuer } == "issuer")
        }
        #expect(refused { $0.issuer = "http://localhost:8080" } == nil)
        #expect(refused { $0.clientID = "" } == "clientID")
        #expect(refused { $0.scope = "profile" } == "scope")
        #expect(refused { $0.leeway = 301 } == "leeway")
        #expect(refused { $0.afterLogout = "http://app.example/" } == "afterLogout")
    }

    private func refused(_ change: (inout LoginConfig) -> Void) -> String? {
        var config = LoginConfig(issuer: "https://id.example", clientID: "app", redirectURI: World.redirectURI)
        change(&config)
        do {
            _ = try Login(config)
            return nil
        } catch {
            return (error as? LoginSettingError)?.setting ?? "\(error)"
        }
    }

    /// FIPS 180-4, by the examples of NIST, and where the padding just fits into a block, or does not.
    @Test func hashes() {
        func hex(_ text: String) -> String {
            sha256(Array(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        for (count, hash) in [
            (55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
            (56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
            (63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"),
            (64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
            (120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"),
        ] {
            #expect(hex(String(repeating: "a", count: count)) == hash)
        }
        // RFC 7636 appendix B.
        #expect(
            challenge(of: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }
}
