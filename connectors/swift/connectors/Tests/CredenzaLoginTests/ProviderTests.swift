// Chart 574: Sign-in of apps in Swift against the provider | `credenza dev`, by loopback; the example as a process; Linux
#if os(macOS) || os(Linux)
    import Credenza
    import Foundation
    import Testing

    @testable import CredenzaLogin

    /// Who plays the provider: `check` starts it, and says by the environment where it is.
    struct Beside: Sendable {
        let issuer, client, username, password: String

        init?() {
            let environment = ProcessInfo.processInfo.environment
            guard let issuer = environment["LOGIN_ISSUER"], let client = environment["LOGIN_CLIENT_ID"],
                let username = environment["LOGIN_USERNAME"], let password = environment["LOGIN_PASSWORD"]
            else { return nil }
            self.issuer = issuer
            self.client = client
            self.username = username
            self.password = password
        }

        func person(agrees: Bool = true) -> Person {
            Person(issuer: issuer, username: username, password: password, agrees: agrees)
        }

        func login(_ change: (inout LoginConfig) -> Void = { _ in }) throws -> Login {
            var config = LoginConfig(issuer: issuer, clientID: client, redirectURI: "http://127.0.0.1/callback")
            config.afterLogout = "http://127.0.0.1:8791/signed-out"
            change(&config)
            return try Login(config)
        }
    }

    @Suite(.serialized, .enabled(if: Beside() != nil || ProcessInfo.processInfo.environment["CI"] != nil))
    struct ProviderTests {
        @Test func aPersonComesAndGoes() async throws {
            let beside = try #require(Beside(), "check starts the provider")
            let clock = Clock()
            let login = try beside.login { $0.clock = { clock.now } }
            let person = beside.person()
            let browser = browser(person)
            let session = try await login.signIn(with: browser)
            #expect(!session.sub.isEmpty && session.claims["iss"]?.string == beside.issuer)
            #expect(try await login.userInfo()["sub"]?.string == session.sub)

            let first = try await login.accessToken()
            let tokens = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<64 { group.addTask { try await login.accessToken(insteadOf: first) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(tokens.count == 1 && !tokens.contains(first))
            #expect(try await login.userInfo()["sub"]?.string == session.sub)

            // The provider knows the person, and would have to ask for consent, as any program can listen there.
            #expect(
                await refusal { try await login.signIn(with: browser, SignInOptions(prompt: "none")) }
                    == "consent_required")
            try await login.logout(with: browser)
            #expect(try await login.session() == nil)
            #expect(
                await refusal { try await login.signIn(with: browser, SignInOptions(prompt: "none")) }
                    == "login_required")
        }

        /// The error code by which the provider refuses a sign-in.
        private func refusal(_ signIn: () async throws -> Session) async -> String {
            do {
                return "signed in: \(try await signIn())"
            } catch LoginError.provider(let error, _) {
                return error
            } catch {
                return "\(error)"
            }
        }

        @Test func aLogoutRevokesTheRefreshToken() async throws {
            let beside = try #require(Beside(), "check starts the provider")
            let store = MemoryStore()
            let login = try beside.login { $0.store = store }
            try await login.signIn(with: browser(beside.person()))
            let entry = "\(beside.issuer) \(beside.client)"
            let kept = try #require(store.load(entry))
            _ = try await login.logout()
            // As if somebody had copied the store before.
            store.save(kept, as: entry)
            let token = try JSONDecoder().decode(Session.self, from: kept).tokens.accessToken
            await #expect(throws: LoginError.signedOut) { try await login.accessToken(insteadOf: token) }
        }

        @Test func aPersonWhoDeclines() async throws {
            let beside = try #require(Beside(), "check starts the provider")
            let login = try beside.login()
            let asks = SignInOptions(prompt: "consent")
            do {
                try await login.signIn(with: browser(beside.person(agrees: false)), asks)
                Issue.record("signed in")
            } catch LoginError.denied {}
            try await login.signIn(with: browser(beside.person()), asks)
        }

        @Test func theExampleSignsInAndStaysSignedIn() async throws {
            let beside = try #require(Beside(), "check starts the provider")
            let sessions = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            defer { try? FileManager.default.removeItem(at: sessions) }
            let example = Example(beside, sessions)
            #expect(try await example.run("whoami") { _ in } == 1)
            let person = beside.person()
            let status = try await example.run("login") { url in
                // The program waits at its own address for this request.
                let answer = try #require(try await person.visits(url))
                let fetch = Fetch(
                    key: "", method: "GET", url: answer.absoluteString, maxBytes: 10_000, timeout: .seconds(60))
                #expect(try await URLSessionFetcher().fetch(fetch).status == 200)
            }
            #expect(status == 0)
            #expect(try await example.run("whoami") { _ in } == 0)
            #expect(try await example.run("token") { _ in } == 0)
            #expect(try await example.run("logout") { _ in } == 0)
            #expect(try await example.run("token") { _ in } == 1)
        }

        /// The loopback address of the library, and the person's own way there.
        private func browser(_ person: Person) -> LoopbackBrowser {
            LoopbackBrowser(patience: .seconds(120)) { url in
                Task.detached {
                    guard let answer = try await person.visits(url) else { return }
                    let fetch = Fetch(
                        key: "", method: "GET", url: answer.absoluteString, maxBytes: 10_000, timeout: .seconds(60))
                    _ = try await URLSessionFetcher().fetch(fetch)
                }
            }
        }
    }

    /// `SignIn` as a process of its own.
    private struct Example {
        private let beside: Beside
        private let sessions: URL

        init(_ beside: Beside, _ sessions: URL) {
            self.beside = beside
            self.sessions = sessions
        }

        /// Runs a command, and visits the URL that it asks the person to open. Returns its status.
        func run(_ command: String, _ opens: (URL) async throws -> Void) async throws -> Int32 {
            let process = Process()
            process.executableURL = try program()
            process.arguments = [command]
            process.environment = [
                "ISSUER": beside.issuer, "CLIENT_ID": beside.client, "SESSIONS": sessions.path, "PATH": "/nowhere",
            ]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            if command == "login", let url = url(output.fileHandleForReading) { try await opens(url) }
            process.waitUntilExit()
            return process.terminationStatus
        }

        private func url(_ output: FileHandle) -> URL? {
            var printed = ""
            while case let more = output.availableData, !more.isEmpty {
                printed += String(decoding: more, as: UTF8.self)
                let lines = printed.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                if let line = lines.first(where: { $0.hasPrefix("http") }) { return URL(string: String(line)) }
            }
            return nil
        }

        /// It is built beside the tests.
        private func program() throws -> URL {
            let tests = URL(fileURLWithPath: CommandLine.arguments[0])
            let places = [
                tests.deletingLastPathComponent(), Bundle.main.bundleURL,
                Bundle.main.bundleURL.deletingLastPathComponent(),
            ]
            let found = places.map { $0.appendingPathComponent("SignIn") }
                .first { FileManager.default.isExecutableFile(atPath: $0.path) }
            return try #require(found, "SignIn is not beside \(tests.path)")
        }
    }
#endif
