import Foundation

/// A store of used DPoP proofs that all nodes share (RFC 9449 section 11.1).
public protocol ReplayStore: Sendable {
    /// Records `name` until `until` at least, and says whether it was new. Of two calls with the same name at once, one is
    /// told that it was: `SET NX` in Redis. Where it fails, the request is refused with 503.
    func remember(_ name: String, until: Date) async throws -> Bool
}

/// Answers what is asked of the host itself, and leaves the rest to another fetcher. It goes with the settings
/// `resolveIssuers` and `dpop.sharedReplays`.
public struct HostFetcher: Fetcher {
    /// Knows issuers that the settings do not name, such as those of tenants: their settings as JSON, as in `issuers`, or
    /// nil where one is not trusted. Nothing vouches for the name yet: it is what a token says.
    public typealias Resolve = @Sendable (_ issuer: String) async throws -> String?

    private let http: any Fetcher
    private let resolve: Resolve?
    private let replays: (any ReplayStore)?

    public init(
        _ http: any Fetcher = URLSessionFetcher(),
        resolve: Resolve? = nil,
        replays: (any ReplayStore)? = nil
    ) {
        self.http = http
        self.resolve = resolve
        self.replays = replays
    }

    public func fetch(_ fetch: Fetch) async throws -> FetchResponse {
        if fetch.method == "RESOLVE", let resolve {
            let settings = try await resolve(fetch.url)
            return FetchResponse(status: settings == nil ? 404 : 200, body: Data((settings ?? "").utf8))
        }
        if fetch.method == "REMEMBER", let replays {
            let until = Date(timeIntervalSince1970: Double(fetch.body ?? "") ?? 0)
            let isNew = try await replays.remember(fetch.key, until: until)
            return FetchResponse(status: isNew ? 200 : 409, body: Data())
        }
        return try await http.fetch(fetch)
    }
}
