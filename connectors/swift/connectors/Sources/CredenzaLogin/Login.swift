import Credenza
import Foundation

/// Signs people in at an OpenID provider, and keeps their session and its tokens. Made once for each provider and
/// application, used from any task.
public final class Login: Sendable {
    private let settled: Settled
    private let sessions: Sessions
    private let signIn: SignIn
    private let refresh: Refresh
    private let logout: Logout
    private let people: UserInfo

    /// Throws `LoginSettingError`, which names the setting that is missing or malformed. Nothing is fetched yet.
    public init(_ config: LoginConfig) throws {
        settled = try Settled(config)
        let http = HTTP(fetcher: config.fetcher)
        let provider = Provider(settled, http)
        let tokens = Tokens(settled: settled, provider: provider, http: http)
        sessions = Sessions(settled)
        refresh = Refresh(settled, tokens, sessions)
        signIn = SignIn(
            settled: settled, provider: provider, tokens: tokens, flows: Flows(settled), sessions: sessions
        )
        logout = Logout(settled: settled, provider: provider, tokens: tokens, sessions: sessions)
        people = UserInfo(provider: provider, http: http, sessions: sessions, refresh: refresh)
    }

    /// Who is signed in; nil where nobody is. Asks nobody but the store. Throws `LoginError.store`.
    public func session() async throws -> Session? { try await sessions.load() }

    /// Signs somebody in with a browser. A session that there was before ends. Throws `LoginError`, and what the browser
    /// throws.
    @discardableResult
    public func signIn(with browser: any Browser, _ options: SignInOptions = SignInOptions()) async throws -> Session {
        let visit = try await browser.begin(settled.redirectURI.text)
        do {
            let redirectURI = try RedirectURI(visit.redirectURI, setting: "redirectURI")
            let started = try await signIn.start(options, redirectURI)
            let answer = try await visit.visit(started.url, expecting: started.state)
            // Otherwise an answer to another sign-in under way would do.
            guard try Answer(answer).state == started.state else { throw LoginError.answerRefused(.unknownState) }
            let session = try await signIn.callback(answer)
            await visit.end()
            return session
        } catch {
            await visit.end()
            throw error
        }
    }

    /// Begins a sign-in in a browser of the application's own choice: the URL to open. Throws `LoginError.unavailable`.
    public func start(_ options: SignInOptions = SignInOptions()) async throws -> URL {
        try await signIn.start(options, settled.redirectURI).url
    }

    /// Finishes what `start` began, by the URL at which the browser arrived. After `LoginError.unavailable` it may be
    /// called again with the same URL.
    @discardableResult
    public func callback(_ url: URL) async throws -> Session { try await signIn.callback(url) }

    /// An access token that is good for half a minute at least, or, while the provider is away, as long as it lasts. It is
    /// refreshed when it has to be, once for all who ask. `insteadOf` is a token to which an API has answered 401.
    ///
    /// Throws `LoginError.signedOut` where the session has ended, and `LoginError.unavailable` where nobody knows.
    public func accessToken(insteadOf refused: String? = nil) async throws -> String {
        try await refresh.token(insteadOf: refused)
    }

    /// The claims that the provider has of the person (OpenID Connect Core 5.3).
    public func userInfo() async throws -> [String: JSONValue] { try await people.claims() }

    /// Ends the session here, and has the refresh token revoked. Returns the URL at which the provider ends its own
    /// session, to be opened in a browser; nil where there is none. Throws `LoginError.store` alone: a provider that is
    /// away keeps nobody signed in.
    public func logout() async throws -> URL? {
        try await logout.byPerson(settled.afterLogout, state: randomText())
    }

    /// Ends the session here, and that at the provider with a browser, which needs `LoginConfig.afterLogout` in order to
    /// come back. The session here has ended even where this throws what the browser throws.
    public func logout(with browser: any Browser) async throws {
        guard let afterLogout = settled.afterLogout else {
            throw LoginSettingError(setting: "afterLogout", reason: "is needed for a logout with a browser")
        }
        let state = randomText()
        guard let url = try await logout.byPerson(afterLogout, state: state) else { return }
        let visit = try await browser.begin(afterLogout.text)
        do {
            _ = try await visit.visit(url, expecting: state)
            await visit.end()
        } catch {
            await visit.end()
            throw error
        }
    }
}
