import Foundation

/// Why there is no session, or no access token.
public enum LoginError: Error, Equatable, Sendable {
    /// Nobody is signed in, or the provider has ended the session: sign in again.
    case signedOut
    /// The person closed the browser, or left it open for too long.
    case cancelled
    /// The person, or a policy of the provider, declined (`access_denied`).
    case denied(String?)
    /// The answer is not for the sign-in that was begun, or not from the provider: nothing was accepted.
    case answerRefused(AnswerFault)
    /// The ID token is not good, by this rule of the validator (OpenID Connect Core section 3.1.3.7).
    case idTokenRefused(rule: String, reason: String)
    /// The provider refused the request by an error code of RFC 6749 or OpenID Connect Core, such as `invalid_scope`.
    case provider(error: String, description: String?)
    /// The provider, or the network, is away; what was asked may be tried again. No session is lost.
    case unavailable(String)
    /// The store of the session cannot be read or written, as while a device is locked. No session is lost.
    case store(String)
}

/// What is wrong with the answer to an authorization request.
public enum AnswerFault: String, Sendable {
    /// It is at another URL than the redirect URI.
    case otherRedirectURI = "the answer is not at the redirect URI"
    /// No sign-in of this process has this `state`: it was finished, took longer than ten minutes, or was never begun here.
    case unknownState = "no sign-in under way has this state"
    /// `iss` is absent, though the provider says that it sends it (RFC 9207 section 2.4).
    case missingIssuer = "the answer has no iss"
    /// `iss` is that of another provider: a mix-up.
    case otherIssuer = "the answer is of another issuer"
    /// A parameter stands twice (RFC 6749 section 3.1).
    case repeatedParameter = "the answer has a parameter twice"
    /// There is neither a code nor an error.
    case missingCode = "the answer has no code"
}

extension LoginError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .signedOut: "nobody is signed in"
        case .cancelled: "the sign-in was cancelled"
        case .denied(let description): "the sign-in was declined" + Self.tail(description)
        case .answerRefused(let fault): fault.rawValue
        case .idTokenRefused(let rule, let reason): "the ID token is refused by \(rule): \(reason)"
        case .provider(let error, let description): "the provider answered \(error)" + Self.tail(description)
        case .unavailable(let reason): "the provider is not available: \(reason)"
        case .store(let reason): "the session cannot be read or written: \(reason)"
        }
    }

    public var errorDescription: String? { description }

    private static func tail(_ text: String?) -> String { text.map { ": \($0)" } ?? "" }
}
