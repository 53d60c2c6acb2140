#if canImport(AuthenticationServices) && (os(iOS) || os(macOS) || os(visionOS))
    import AuthenticationServices
    import Foundation

    /// The browser of Apple's platforms: `ASWebAuthenticationSession`. An https redirect URI needs the application to be an
    /// associated domain of its host (`webcredentials`), and iOS 17.4 or macOS 14.4.
    @MainActor
    public final class SystemBrowser: Browser {
        private let anchor: @MainActor () -> ASPresentationAnchor
        private let isEphemeral: Bool

        /// - Parameters:
        ///   - isEphemeral: whether the browser forgets afterwards who signed in, so that there is no single sign-on.
        ///   - anchor: the window over which the browser appears.
        public nonisolated init(
            isEphemeral: Bool = false,
            anchor: @escaping @MainActor () -> ASPresentationAnchor = { ASPresentationAnchor() }
        ) {
            self.isEphemeral = isEphemeral
            self.anchor = anchor
        }

        public func begin(_ redirectURI: String) async throws -> any BrowserVisit {
            SystemVisit(redirectURI: redirectURI, isEphemeral: isEphemeral, anchor: anchor())
        }
    }

    /// One session of the system's browser.
    @MainActor
    private final class SystemVisit: NSObject, BrowserVisit, ASWebAuthenticationPresentationContextProviding {
        nonisolated let redirectURI: String
        private let isEphemeral: Bool
        private let anchor: ASPresentationAnchor
        private var session: ASWebAuthenticationSession?

        init(redirectURI: String, isEphemeral: Bool, anchor: ASPresentationAnchor) {
            self.redirectURI = redirectURI
            self.isEphemeral = isEphemeral
            self.anchor = anchor
        }

        func visit(_ url: URL, expecting state: String) async throws -> URL {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    // It is called on whatever queue the system likes.
                    let ended: @Sendable (URL?, (any Error)?) -> Void = { answer, error in
                        continuation.resume(with: Self.outcome(answer, error))
                    }
                    start(url, ended)
                }
            } onCancel: {
                Task { await end() }
            }
        }

        func end() async {
            session?.cancel()
            session = nil
        }

        func presentationAnchor(for session: ASWebAuthenticationSession) -> ASPresentationAnchor { anchor }

        private func start(_ url: URL, _ ended: @escaping @Sendable (URL?, (any Error)?) -> Void) {
            guard let made = session(url, ended) else {
                return ended(nil, LoginError.unavailable("this system gives no application an https redirect URI"))
            }
            made.presentationContextProvider = self
            made.prefersEphemeralWebBrowserSession = isEphemeral
            session = made
            if !made.start() { ended(nil, LoginError.unavailable("the browser of the system does not start")) }
        }

        private func session(
            _ url: URL, _ ended: @escaping @Sendable (URL?, (any Error)?) -> Void
        ) -> ASWebAuthenticationSession? {
            let redirect = URL(string: redirectURI)
            guard redirect?.scheme == "https" else {
                return ASWebAuthenticationSession(
                    url: url, callbackURLScheme: redirect?.scheme, completionHandler: ended
                )
            }
            guard #available(iOS 17.4, macOS 14.4, visionOS 1.1, *) else { return nil }
            return ASWebAuthenticationSession(
                url: url, callback: .https(host: redirect?.host() ?? "", path: redirect?.path() ?? "/"),
                completionHandler: ended
            )
        }

        private nonisolated static func outcome(_ answer: URL?, _ error: (any Error)?) -> Result<URL, any Error> {
            if let answer { return .success(answer) }
            if (error as? ASWebAuthenticationSessionError)?.code == .canceledLogin {
                return .failure(LoginError.cancelled)
            }
            return .failure(error ?? LoginError.cancelled)
        }
    }
#endif
