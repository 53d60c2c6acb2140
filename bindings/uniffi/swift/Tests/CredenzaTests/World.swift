import Foundation

@testable import Credenza

let now: TimeInterval = 1_800_000_000
let issuerName = "https://id.example"
let api = "https://api.example"

/// An issuer, a clock that is set by hand, and a fetcher that goes to the issuer and remembers what was fetched.
final class World: Fetcher, @unchecked Sendable {
    let issuer = TestIssuer(issuer: issuerName)
    private let lock = NSLock()
    private var time = Date(timeIntervalSince1970: now)
    private var urls: [String] = []
    private let delay: Duration

    init(delay: Duration = .zero) {
        self.delay = delay
    }

    var fetched: [String] { lock.withLock { urls } }
    var date: Date { lock.withLock { time } }

    func advance(_ seconds: TimeInterval) {
        lock.withLock { time += seconds }
    }

    func fetch(_ fetch: Fetch) async throws -> FetchResponse {
        note(fetch.url)
        try await Task.sleep(for: delay)
        return try await issuer.fetcher { self.date }.fetch(fetch)
    }

    func validator(_ settings: Settings = Settings(issuer: issuerName, audience: [api])) throws -> Validator {
        try Validator(settings, fetcher: self) { self.date }
    }

    func token(_ claims: [String: JSONValue] = [:], audience: String = api, typ: String? = nil) throws -> String {
        try issuer.mint(claims, audience: audience, typ: typ, at: date)
    }

    private func note(_ url: String) {
        lock.withLock { urls.append(url) }
    }
}

/// The denial that a check throws.
func denial(_ check: () async throws -> Claims) async throws -> Denied {
    do {
        _ = try await check()
    } catch let denied as Denied {
        return denied
    }
    throw Allowed()
}

struct Allowed: Error {}

/// The name of the setting that is refused.
func refusedSetting(_ make: () throws -> Validator) throws -> String {
    do {
        _ = try make()
    } catch SettingsError.Invalid(let setting, _) {
        return setting
    }
    throw Allowed()
}
