// Chart 954: Sign-in of apps in Swift: the loopback address | free port, other programs' requests, idle connections, over HTTP; Linux
#if os(macOS) || os(Linux)
    import Credenza
    import Foundation
    import Testing

    @testable import CredenzaLogin

    @Suite struct LoopbackTests {
        /// A browser that goes wherever the test says, instead of to the provider.
        private func browser(_ goes: @escaping @Sendable (World, URL) async throws -> Void, _ world: World)
            -> LoopbackBrowser
        {
            LoopbackBrowser(patience: .seconds(120)) { url in
                Task.detached {
                    do { try await goes(world, url) } catch { Issue.record(error) }
                }
            }
        }

        @Test(arguments: ["127.0.0.1", "[::1]"]) func theSystemChoosesThePort(_ host: String) async throws {
            let world = try World { $0.redirectURI = "http://\(host)/callback" }
            let session = try await world.login.signIn(
                with: browser(
                    { world, url in
                        world.arrivesAt = redirectURI(url)
                        let connection = try Connection(world.arrivesAt)
                        let reply = connection.get(world.answer(to: url))
                        connection.end()
                        #expect(reply.hasPrefix("HTTP/1.1 200 OK") && reply.contains("close this window"))
                    }, world))
            #expect(session.sub == "ada")
            let sent = try #require(world.provider.request["redirect_uri"])
            let port = try #require(URLComponents(string: sent)?.port)
            #expect(port > 0 && sent == "http://\(host):\(port)/callback")
            #expect(world.provider.requests("/token").first?["redirect_uri"] == [sent])
        }

        /// Any program of the machine may connect; none of them ends or stops the sign-in.
        @Test func whatIsNotTheAnswer() async throws {
            let world = try World { $0.redirectURI = "http://127.0.0.1/callback" }
            let session = try await world.login.signIn(
                with: browser(
                    { world, url in
                        let place = redirectURI(url)
                        let origin = String(place.dropLast("/callback".count))
                        // What a browser opens in advance stays open.
                        let idle = try (0..<4).map { _ in try Connection(place) }
                        for (target, status) in [
                            ("/favicon.ico", 404), ("/callback", 400), ("/callback?state=other&code=evil", 400),
                            ("/callback/?state=other", 404), ("/callback?error=access_denied", 400),
                        ] {
                            let found = try await get(URL(string: origin + target)!).status
                            #expect(found == status, Comment(rawValue: target))
                        }
                        world.arrivesAt = place
                        let answer = world.answer(to: url)
                        let twice = URL(string: answer.absoluteString + "&state=x")!
                        #expect(try await get(twice).status == 400)
                        #expect(try await get(answer).status == 200)
                        for connection in idle { connection.end() }
                    }, world))
            #expect(session.sub == "ada")
            #expect(world.provider.requests("/token").map { $0["code"] } == [["code-1"]])
        }

        @Test func nothingListensAfterwards() async throws {
            let visit = try await LoopbackBrowser { _ in }.begin("http://127.0.0.1/callback")
            let url = try #require(URL(string: visit.redirectURI))
            #expect(try await get(url).status == 400)
            await visit.end()
            await #expect(throws: (any Error).self) { try await get(url) }
        }

        @Test func aPersonWhoDoesNotComeBack() async throws {
            let world = try World { $0.redirectURI = "http://127.0.0.1/callback" }
            await #expect(throws: LoginError.cancelled) {
                try await world.login.signIn(with: LoopbackBrowser(patience: .milliseconds(100)) { _ in })
            }
        }

        @Test func aPortThatIsTaken() async throws {
            let first = try await LoopbackBrowser { _ in }.begin("http://127.0.0.1/callback")
            await #expect(throws: LoginError.self) { try await LoopbackBrowser { _ in }.begin(first.redirectURI) }
            await first.end()
            await (try LoopbackBrowser { _ in }.begin(first.redirectURI)).end()
            await #expect(throws: LoginSettingError.self) {
                try await LoopbackBrowser { _ in }.begin("com.example:/callback")
            }
        }
    }

    /// Where the answer is to arrive, by the authorization request.
    private func redirectURI(_ url: URL) -> String {
        Form.parse(url.query(percentEncoded: true) ?? "")["redirect_uri"]?.first ?? ""
    }

    private func get(_ url: URL) async throws -> (status: Int, body: String) {
        let fetch = Fetch(key: "", method: "GET", url: url.absoluteString, maxBytes: 10_000, timeout: .seconds(60))
        let response = try await URLSessionFetcher().fetch(fetch)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// A connection to where a browser is to arrive, on which nothing comes unless the test sends it. URLSession takes no
    /// addresses of IPv6 on Linux.
    private struct Connection {
        private let descriptor: Int32

        init(_ place: String) throws {
            let parts = URLComponents(string: place)
            var hints = addrinfo()
            hints.ai_flags = AI_NUMERICHOST
            #if canImport(Glibc)
                hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            #else
                hints.ai_socktype = SOCK_STREAM
            #endif
            var found: UnsafeMutablePointer<addrinfo>?
            let host = parts?.host?.trimmingCharacters(in: ["[", "]"])
            guard getaddrinfo(host, String(parts?.port ?? 0), &hints, &found) == 0, let address = found?.pointee else {
                throw POSIXError(.EADDRNOTAVAIL)
            }
            defer { freeaddrinfo(found) }
            descriptor = socket(address.ai_family, address.ai_socktype, 0)
            guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else { throw POSIXError(.ECONNREFUSED) }
        }

        /// Asks for a URL, and returns the whole answer.
        func get(_ url: URL) -> String {
            let parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
            let target = (parts?.percentEncodedPath ?? "") + "?" + (parts?.percentEncodedQuery ?? "")
            let request = Array("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            _ = send(descriptor, request, request.count, 0)
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
                answer += buffer.prefix(count)
            }
            return String(decoding: answer, as: UTF8.self)
        }

        func end() { close(descriptor) }
    }
#endif
