#if os(macOS) || os(Linux)
    import Foundation

    /// The browser of a desktop or a command line, whose answer arrives at a loopback address (RFC 8252 section 7.3).
    /// Nothing listens but while a sign-in is under way.
    public struct LoopbackBrowser: Browser {
        private let patience: Duration
        private let page: String
        private let open: @Sendable (URL) async throws -> Void

        /// - Parameters:
        ///   - patience: how long the person may take.
        ///   - page: what the person sees afterwards, in HTML.
        ///   - open: opens a URL in the browser of the system, or shows it to the person.
        public init(
            patience: Duration = .seconds(600),
            page: String =
                "<!doctype html><title>Done</title><p>You can close this window and return to the application.",
            open: @escaping @Sendable (URL) async throws -> Void
        ) {
            self.patience = patience
            self.page = page
            self.open = open
        }

        public func begin(_ redirectURI: String) async throws -> any BrowserVisit {
            let uri = try RedirectURI(redirectURI, setting: "redirectURI")
            guard uri.kind == .loopback else {
                throw LoginSettingError(setting: "redirectURI", reason: "has to be a loopback URL for this browser")
            }
            let (answers, arrived) = AsyncStream.makeStream(of: URL.self)
            let listener = try LoopbackListener(uri, page: page) { arrived.yield($0) }
            return LoopbackVisit(
                listener: listener, answers: answers, arrived: arrived, patience: patience, open: open
            )
        }
    }

    private struct LoopbackVisit: BrowserVisit {
        let listener: LoopbackListener
        let answers: AsyncStream<URL>
        let arrived: AsyncStream<URL>.Continuation
        let patience: Duration
        let open: @Sendable (URL) async throws -> Void

        var redirectURI: String { listener.redirectURI.text }

        func visit(_ url: URL, expecting state: String) async throws -> URL {
            listener.expect(state)
            try await open(url)
            let deadline = Task {
                try await Task.sleep(for: patience)
                arrived.finish()
            }
            defer { deadline.cancel() }
            for await answer in answers { return answer }
            throw LoginError.cancelled
        }

        func end() async {
            arrived.finish()
            await listener.close()
        }
    }
#endif
