import Foundation

/// The fetches under way: whoever needs the same one waits for it.
actor Flights {
    /// How many fetches a check may need.
    private static let maxRounds = 12
    /// How many fetches all issuers together may need.
    private static let maxReadyRounds = 1_000

    private let core: ValidatorCore
    private let fetcher: any Fetcher
    private let clock: @Sendable () -> Date
    private let warnings: Warnings
    private var underWay: [String: Task<Void, Never>] = [:]

    init(core: ValidatorCore, fetcher: any Fetcher, clock: @escaping @Sendable () -> Date, warnings: Warnings) {
        self.core = core
        self.fetcher = fetcher
        self.clock = clock
        self.warnings = warnings
    }

    /// Checks until there is a decision, fetching in between.
    nonisolated func settle(_ ask: @Sendable () throws -> Answer) async throws -> Decision {
        var answer = try ask()
        for _ in 0..<Self.maxRounds {
            if let decision = answer.decision {
                if let fetch = answer.fetch {
                    await inBackground(fetch)
                }
                return decision
            }
            guard let fetch = answer.fetch else { throw Undecided() }
            answer = try await after(fetch, ask)
        }
        guard let decision = answer.decision else { throw Undecided() }
        return decision
    }

    /// Fetches until everything is there, or something cannot be.
    nonisolated func ready(_ ask: @Sendable () throws -> Readiness) async throws {
        for _ in 0..<Self.maxReadyRounds {
            let readiness = try ask()
            guard let fetch = readiness.fetch else {
                if let trouble = readiness.trouble { throw trouble }
                return
            }
            await flight(fetch).value
        }
        throw Undecided()
    }

    /// The fetch under way, or a new one.
    private func flight(_ fetch: Fetch) -> Task<Void, Never> {
        underWay[fetch.key] ?? take(fetch)
    }

    func inBackground(_ fetch: Fetch) {
        if underWay[fetch.key] == nil {
            take(fetch)
        }
    }

    /// Waits until nothing is under way.
    func landed() async {
        for flight in underWay.values {
            await flight.value
        }
    }

    /// The answer when the fetch is done, by this caller or another.
    private func after(_ fetch: Fetch, _ ask: @Sendable () throws -> Answer) async throws -> Answer {
        if let other = underWay[fetch.key] {
            await other.value
            return try ask()
        }
        // Another caller may have finished this fetch in the meantime.
        let again = try ask()
        guard again.decision == nil, let needed = again.fetch, needed.key == fetch.key else { return again }
        await take(needed).value
        return try ask()
    }

    /// Continues when the caller is cancelled, as others may wait for it too.
    @discardableResult
    private func take(_ fetch: Fetch) -> Task<Void, Never> {
        let flight = Task {
            await perform(fetch)
            underWay[fetch.key] = nil
        }
        underWay[fetch.key] = flight
        return flight
    }

    /// The core cannot reject a text that it produced itself, so its error is ignored; no answer is a failure too.
    private nonisolated func perform(_ fetch: Fetch) async {
        let trouble: String?
        do {
            let response = try await fetcher.fetch(fetch)
            guard response.body.count <= fetch.maxBytes else {
                throw FetchError(.tooLarge, "the answer has more than \(fetch.maxBytes) bytes")
            }
            guard let status = UInt16(exactly: response.status) else {
                throw FetchError(.other, "no HTTP status: \(response.status)")
            }
            trouble = try core.fetched(
                fetch: fetch.json,
                status: status,
                contentType: response.contentType,
                cacheControl: response.cacheControl,
                body: response.body,
                now: clock().secondsSince1970
            )
        } catch {
            let failure = error as? FetchError ?? FetchError(.other, "\(error)")
            trouble = try? core.fetchFailed(
                fetch: fetch.json,
                cause: failure.cause.rawValue,
                reason: failure.message,
                now: clock().secondsSince1970
            )
        }
        if let trouble, let read = try? JSONDecoder().decode(Trouble.self, from: Data(trouble.utf8)) {
            warnings.tell(read)
        }
    }
}

/// The core asked for more fetches than a check can need. Without a decision, the request is refused.
struct Undecided: Error {}
