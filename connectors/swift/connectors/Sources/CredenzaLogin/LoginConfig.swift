import Credenza
import Foundation

/// The settings of a `Login`. Three are needed: the issuer, the client, and the redirect URI.
public struct LoginConfig: Sendable {
    /// The issuer of the provider, exactly as in its metadata.
    public var issuer: String
    /// The client that this application is at the provider: a public one, without a secret (RFC 8252 section 8.4).
    public var clientID: String
    /// Where the answer of a sign-in arrives: a URI of a private-use scheme (`com.example.app:/callback`), an https URL that
    /// the operating system gives to this application, or a loopback URL (`http://127.0.0.1/callback`), whose port is
    /// chosen by the system where it names none (RFC 8252 section 7).
    public var redirectURI: String
    /// Where the provider sends the browser after a logout; registered there as it is written here.
    public var afterLogout: String?
    /// The scopes that are asked for. `offline_access` is what a refresh token needs.
    public var scope = "openid profile email offline_access"
    /// The API that access tokens are for (RFC 8707).
    public var resource: String?
    /// How long ago the user may have signed in at the provider, in seconds.
    public var maxAge: Int64?
    /// Authentication contexts, one of which has to be reached.
    public var acrValues: [String] = []
    /// `prompt` of each sign-in, such as `login`.
    public var prompt: String?
    /// How far the clock of the device may be off when an ID token is checked, in seconds, from 0 to 300.
    public var leeway: Int64 = 120
    /// Where the session is kept. `MemoryStore` forgets it with the process; applications on Apple's platforms use
    /// `Keychain`.
    public var store: any SessionStore = MemoryStore()
    /// Makes the HTTP requests.
    public var fetcher: any Fetcher = URLSessionFetcher()
    /// Tells the time.
    public var clock: @Sendable () -> Date = { Date() }
    /// Is told what went wrong; never a token, a code or a name.
    public var log: LogHandler = standardErrorLog

    public init(issuer: String, clientID: String, redirectURI: String) {
        self.issuer = issuer
        self.clientID = clientID
        self.redirectURI = redirectURI
    }
}

/// What one sign-in asks for in place of the settings, as when an API wants a stronger sign-in (RFC 9470).
public struct SignInOptions: Sendable {
    /// `prompt`, such as `login`, `consent` or `create`.
    public var prompt: String?
    /// How long ago the user may have signed in, in seconds.
    public var maxAge: Int64?
    /// Authentication contexts, one of which has to be reached; those of the settings where there are none.
    public var acrValues: [String]
    /// Who is about to sign in, where that is known: `login_hint`.
    public var loginHint: String?
    /// The languages of the provider's pages, best first, such as `["de-CH", "de"]`.
    public var uiLocales: [String]

    public init(
        prompt: String? = nil, maxAge: Int64? = nil, acrValues: [String] = [], loginHint: String? = nil,
        uiLocales: [String] = []
    ) {
        self.prompt = prompt
        self.maxAge = maxAge
        self.acrValues = acrValues
        self.loginHint = loginHint
        self.uiLocales = uiLocales
    }
}

/// A setting of `LoginConfig` is missing or malformed.
public struct LoginSettingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its name.
    public let setting: String
    /// What is wrong with it.
    public let reason: String

    public var description: String { "\(setting): \(reason)" }
}

/// The settings, checked.
struct Settled: Sendable {
    let config: LoginConfig
    let redirectURI: RedirectURI
    let afterLogout: RedirectURI?
    /// Under which name the session is in the store, so that applications with several providers keep several.
    let entry: String

    init(_ config: LoginConfig) throws {
        guard let issuer = URL(string: config.issuer), issuer.isSecure, issuer.query == nil, issuer.fragment == nil
        else {
            throw LoginSettingError(setting: "issuer", reason: "has to be an https URL, or http on loopback")
        }
        if config.clientID.isEmpty { throw LoginSettingError(setting: "clientID", reason: "is needed") }
        guard config.scope.split(separator: " ").contains("openid") else {
            throw LoginSettingError(setting: "scope", reason: "has to contain openid")
        }
        guard (0...300).contains(config.leeway) else {
            throw LoginSettingError(setting: "leeway", reason: "has to be between 0 and 300 seconds")
        }
        self.config = config
        redirectURI = try RedirectURI(config.redirectURI, setting: "redirectURI")
        afterLogout = try config.afterLogout.map { try RedirectURI($0, setting: "afterLogout") }
        entry = "\(config.issuer) \(config.clientID)"
    }

    var now: Date { config.clock() }
}

extension URL {
    /// Whether what is sent there cannot be read on the way.
    var isSecure: Bool {
        guard let host, !host.isEmpty else { return false }
        return scheme == "https" || (scheme == "http" && ["127.0.0.1", "::1", "[::1]", "localhost"].contains(host))
    }
}
