import Credenza
import Foundation
import Testing

@testable import CredenzaLogin

/// A provider, an application, and the person in between, who is this test.
final class World: Browser, @unchecked Sendable {
    static let redirectURI = "com.example.app:/callback"

    let provider = ScriptedProvider()
    let store = MemoryStore()
    let login: Login
    private let clock: Clock
    /// What arrives in place of the usual parameters; null removes one.
    var arrives: [String: String?] = [:]
    /// Where it arrives.
    var arrivesAt = World.redirectURI
    var closes = false

    init(_ change: (inout LoginConfig) -> Void = { _ in }) throws {
        let clock = Clock()
        var config = LoginConfig(
            issuer: ScriptedProvider.issuer, clientID: ScriptedProvider.client, redirectURI: Self.redirectURI)
        config.fetcher = provider
        config.store = store
        config.clock = { clock.now }
        config.log = { _, line in clock.lines.append(line) }
        change(&config)
        login = try Login(config)
        self.clock = clock
    }

    /// What was logged.
    var logged: [String] { clock.lines.all }

    /// Lets time pass, for the application and the provider.
    func pass(_ seconds: TimeInterval) {
        clock.add(seconds)
        provider.time = provider.time.addingTimeInterval(seconds)
    }

    /// Sets the clock of the application alone.
    func clockIsOff(by seconds: TimeInterval) { clock.add(seconds) }

    @discardableResult
    func signIn(_ options: SignInOptions = SignInOptions()) async throws -> Session {
        try await login.signIn(with: self, options)
    }

    /// The URL at which a browser would arrive after this authorization request.
    func answer(to url: URL) -> URL {
        let sent = Form.parse(URLComponents(url: url, resolvingAgainstBaseURL: false)?.percentEncodedQuery ?? "")
        provider.request = sent.compactMapValues(\.first)
        var parameters: [String: String?] = [
            "code": "code-1", "state": sent["state"]?.first, "iss": ScriptedProvider.issuer,
        ]
        parameters.merge(arrives) { _, new in new }
        let fields = parameters.compactMap { name, value in value.map { (name: name, value: $0) } }
        return URL(string: arrivesAt + "?" + Form.encode(fields))!
    }

    func begin(_ redirectURI: String) async throws -> any BrowserVisit { Visit(world: self, redirectURI: redirectURI) }

    private struct Visit: BrowserVisit {
        let world: World
        let redirectURI: String

        func visit(_ url: URL, expecting state: String) async throws -> URL {
            if world.closes { throw LoginError.cancelled }
            return world.answer(to: url)
        }

        func end() async {}
    }
}

/// The time, and what was logged.
final class Clock: @unchecked Sendable {
    private let lock = NSLock()
    private var time = Date()
    let lines = Lines()

    var now: Date { lock.withLock { time } }
    func add(_ seconds: TimeInterval) { lock.withLock { time = time.addingTimeInterval(seconds) } }
}

final class Lines: @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [String] = []

    var all: [String] { lock.withLock { lines } }
    func append(_ line: String) { lock.withLock { lines.append(line) } }
}
