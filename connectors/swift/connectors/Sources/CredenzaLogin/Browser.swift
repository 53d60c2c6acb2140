import Foundation

/// What shows the provider's pages to the person: a browser of the system, never a view of the application, which could
/// read the password (RFC 8252 section 8.12).
public protocol Browser: Sendable {
    /// Readies whatever receives answers at the redirect URI. Throws where that is not possible, as on a port that is taken.
    func begin(_ redirectURI: String) async throws -> any BrowserVisit
}

/// One visit to the provider.
public protocol BrowserVisit: Sendable {
    /// Where the answer will arrive: the redirect URI, with its port where the system chose one.
    var redirectURI: String { get }

    /// Opens a URL, and returns the one at the redirect URI at which the browser arrives. Where other programs can make
    /// requests to the redirect URI too, those without this `state` are not for this visit. Throws `LoginError.cancelled`
    /// where the person closes the browser. Called once.
    func visit(_ url: URL, expecting state: String) async throws -> URL

    /// Ends what `begin` began; after `visit`, or in place of it.
    func end() async
}
