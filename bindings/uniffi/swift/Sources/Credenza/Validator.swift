import Foundation

/// Decides whether requests may pass. One for each issuer, made once, used from any task.
///
/// A check returns at once while keys are fresh; otherwise it waits for a fetch, of which there is never more than one.
public final class Validator: Sendable {
    private let core: ValidatorCore
    private let flights: Flights
    private let clock: @Sendable () -> Date
    private let warnings: Warnings

    /// Makes a validator that fetches with `fetcher`, reads the time from `clock`, and tells `log` what went wrong.
    ///
    /// Throws `SettingsError`, which names the setting that is missing, contradictory or malformed.
    public convenience init(
        _ settings: Settings,
        fetcher: any Fetcher = URLSessionFetcher(),
        clock: @escaping @Sendable () -> Date = { Date() },
        log: @escaping LogHandler = standardErrorLog
    ) throws {
        self.init(core: try ValidatorCore(settings: settings), fetcher: fetcher, clock: clock, log: log)
    }

    /// A validator for the access tokens of `issuer` that are meant for `audience`.
    public convenience init(issuer: String, audience: String) throws {
        try self.init(Settings(issuer: issuer, audience: [audience]))
    }

    /// A validator from settings as JSON, the same document in every language.
    public convenience init(
        json settings: String,
        fetcher: any Fetcher = URLSessionFetcher(),
        clock: @escaping @Sendable () -> Date = { Date() },
        log: @escaping LogHandler = standardErrorLog
    ) throws {
        self.init(core: try ValidatorCore.fromJson(json: settings), fetcher: fetcher, clock: clock, log: log)
    }

    private init(
        core: ValidatorCore,
        fetcher: any Fetcher,
        clock: @escaping @Sendable () -> Date,
        log: @escaping LogHandler
    ) {
        self.core = core
        self.clock = clock
        warnings = Warnings(log: log, clock: clock)
        flights = Flights(core: core, fetcher: fetcher, clock: clock, warnings: warnings)
    }

    /// Fetches whatever tokens are checked with: to be called once at start. Throws `Trouble`, which says what is wrong.
    public func ready() async throws {
        try await flights.ready { [self] in try Readiness.read(core.ready(now: now())) }
    }

    /// The claims of a bearer token; throws `Denied` when it is not valid, or does not fulfil `requirement`.
    public func validate(_ token: String, _ requirement: Requirement = .nothingMore) async throws -> Claims {
        try await told(flights.settle { [self] in try checkToken(token, requirement) }).claims()
    }

    /// Like `validate`, without waiting: nil when something has to be fetched first.
    public func validateNow(_ token: String, _ requirement: Requirement = .nothingMore) throws -> Claims? {
        let answer = try checkToken(token, requirement)
        if answer.decision != nil, let fetch = answer.fetch {
            Task { await flights.inBackground(fetch) }
        }
        return try answer.decision.map(told)?.claims()
    }

    /// Decides on a request, also with DPoP and certificates; a denial is returned, not thrown.
    public func check(_ request: Request, _ requirement: Requirement = .nothingMore) async throws -> Decision {
        try await told(flights.settle { [self] in
            try Answer(core.check(
                authorization: request.authorization,
                dpop: request.dpop,
                method: request.method,
                url: request.url,
                certificateThumbprint: request.certificateThumbprint,
                requirement: requirement.core,
                now: now()
            ))
        })
    }

    /// The claims of an ID token (OpenID Connect Core 3.1.3.7); throws `Denied`.
    public func checkIDToken(
        _ token: String,
        _ expected: IdTokenExpectations = IdTokenExpectations()
    ) async throws -> Claims {
        try await told(flights.settle { [self] in
            try Answer(core.checkIdToken(token: token, expected: expected, now: now()))
        }).claims()
    }

    /// The claims of a logout token (Back-Channel Logout 2.6), which is accepted once; throws `Denied`.
    public func checkLogoutToken(_ token: String) async throws -> Claims {
        try await told(flights.settle { [self] in
            try Answer(core.checkLogoutToken(token: token, now: now()))
        }).claims()
    }

    /// Waits until no fetch is under way.
    func settled() async {
        await flights.landed()
    }

    private func told(_ decision: Decision) -> Decision {
        if case .deny(let denied) = decision {
            warnings.tell(denied)
        }
        return decision
    }

    private func checkToken(_ token: String, _ requirement: Requirement) throws -> Answer {
        try Answer(core.checkToken(token: token, requirement: requirement.core, now: now()))
    }

    private func now() -> Int64 {
        clock().secondsSince1970
    }
}

extension Date {
    var secondsSince1970: Int64 {
        Int64(timeIntervalSince1970.rounded(.down))
    }
}
