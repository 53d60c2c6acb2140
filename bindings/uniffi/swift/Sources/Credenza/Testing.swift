import Foundation

extension TestIssuer {
    /// Mints a token: by default an access token of RFC 9068, valid for five minutes.
    ///
    /// - Parameters:
    ///   - claims: claims added to the usual ones, or replacing them; null removes one.
    ///   - audience: the audience.
    ///   - typ: `typ` of the header.
    ///   - alg: ES256, ES384 or EdDSA.
    ///   - lifetime: how long it is valid, in seconds.
    public func mint(
        _ claims: [String: JSONValue] = [:],
        audience: String? = nil,
        typ: String? = nil,
        alg: Algorithm? = nil,
        lifetime: Int64? = nil,
        at date: Date = Date()
    ) throws -> String {
        let claims = try JSONValue.object(claims).json()
        let options = MintOptions(claims: claims, audience: audience, typ: typ, alg: alg, lifetime: lifetime)
        return try mint(options: options, now: date.secondsSince1970)
    }

    /// A fetcher that answers what this issuer would, without a network.
    public func fetcher(clock: @escaping @Sendable () -> Date = { Date() }) -> any Fetcher {
        TestFetcher(issuer: self, clock: clock)
    }
}

private struct TestFetcher: Fetcher {
    let issuer: TestIssuer
    let clock: @Sendable () -> Date

    func fetch(_ fetch: Fetch) async throws -> FetchResponse {
        let response = issuer.respond(url: fetch.url, now: clock().secondsSince1970)
        return FetchResponse(status: Int(response.status), body: Data(response.body.utf8))
    }
}
