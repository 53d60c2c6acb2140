import Credenza

/// One token passes, and is refused where more is asked for.
@main
struct Consumer {
    struct Passed: Error {}

    static func main() async throws {
        let issuer = TestIssuer(issuer: "https://id.example")
        let settings = Settings(issuer: "https://id.example", audience: ["https://api.example"])
        let validator = try Validator(settings, fetcher: issuer.fetcher())
        let token = try issuer.mint(["scope": "read"], audience: "https://api.example")
        print(try await validator.validate(token, Requirement(scopes: ["read"])).sub ?? "nobody")
        do {
            _ = try await validator.validate(token, Requirement(scopes: ["write"]))
            throw Passed()
        } catch let denied as Denied {
            print(denied.wwwAuthenticate ?? "no challenge")
        }
    }
}
