import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Where the access tokens of calls come from.
public protocol TokenSource: Sendable {
    /// A token that is valid now.
    func token() async throws -> String
    /// Says that a token was not accepted (401), so that it is not given out again.
    func refused(_ token: String) async
}

/// Why there is no token.
public enum TokenError: Error, Sendable {
    /// The provider refused it (RFC 6749 5.2): the status, and the registered error code.
    case refused(status: Int, code: String, description: String?)
    /// The metadata of the issuer are missing, or those of another issuer.
    case discovery(String)
}

/// Gets tokens by the credentials of a service account (RFC 6749 4.4). A token is kept until shortly before it expires, and
/// whoever needs one while it is being fetched waits for that one. The token endpoint is found by discovery.
public actor ServiceAccount: TokenSource {
    private struct Answer: Decodable {
        var access_token: String?
        var expires_in: Double?
        var error: String?
        var error_description: String?
    }

    private struct Metadata: Decodable {
        var issuer: String
        var token_endpoint: URL
    }

    private let issuer: String
    private let credentials: String
    private let form: String
    private let session: URLSession
    private var endpoint: URL?
    private var current: (token: String, renew: Date)?
    private var flight: Task<String, Error>?

    /// `resource` is whose API tokens are for, `ISSUER/admin` without it; `scope` is what they are asked for, everything that
    /// the service account may have without it.
    public init(issuer: String, clientId: String, clientSecret: String, scope: String? = nil, resource: String? = nil) {
        session = URLSession(configuration: .ephemeral, delegate: Unchallenged(), delegateQueue: nil)
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        self.issuer = base
        // RFC 6749 2.3.1: both are encoded as in a form.
        let pair = "\(Self.encoded(clientId)):\(Self.encoded(clientSecret))"
        credentials = Data(pair.utf8).base64EncodedString()
        var fields = ["grant_type": "client_credentials", "resource": resource ?? "\(base)/admin"]
        fields["scope"] = scope
        form = fields.map { "\($0.key)=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    public func token() async throws -> String {
        if let current, Date() < current.renew { return current.token }
        if let flight { return try await flight.value }
        let own = Task { try await ask() }
        flight = own
        defer { flight = nil }
        return try await own.value
    }

    public func refused(_ token: String) {
        if current?.token == token { current = nil }
    }

    private func ask() async throws -> String {
        let asked = Date()
        var request = URLRequest(url: try await discover(), timeoutInterval: 30)
        request.httpMethod = "POST"
        request.setValue("Basic \(credentials)", forHTTPHeaderField: "Authorization")
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(form.utf8)
        let (data, status) = try await send(request)
        let answer = (try? JSONDecoder().decode(Answer.self, from: data)) ?? Answer()
        guard status == 200, let token = answer.access_token else {
            let code = answer.error ?? "no token in the answer"
            throw TokenError.refused(status: status, code: code, description: answer.error_description)
        }
        let lifetime = answer.expires_in ?? 0
        // A tenth of its life, and at most half a minute, is left for the calls under way.
        current = (token, asked.addingTimeInterval(lifetime - min(lifetime / 10, 30)))
        return token
    }

    // OpenID Connect Discovery 4.
    private func discover() async throws -> URL {
        if let endpoint { return endpoint }
        guard let address = URL(string: "\(issuer)/.well-known/openid-configuration") else {
            throw TokenError.discovery("\(issuer) is no URL")
        }
        let (data, status) = try await send(URLRequest(url: address, timeoutInterval: 30))
        guard status == 200 else { throw TokenError.discovery("\(issuer): status \(status)") }
        let metadata = try JSONDecoder().decode(Metadata.self, from: data)
        let said = metadata.issuer.hasSuffix("/") ? String(metadata.issuer.dropLast()) : metadata.issuer
        guard said == issuer else { throw TokenError.discovery("\(issuer) answers for the issuer \(said)") }
        endpoint = metadata.token_endpoint
        return metadata.token_endpoint
    }

    private func send(_ request: URLRequest) async throws -> (Data, Int) {
        do {
            let (data, response) = try await session.data(for: request)
            return (data, (response as? HTTPURLResponse)?.statusCode ?? 0)
        } catch let error as URLError where error.code == .cancelled && !Task.isCancelled {
            // Unchallenged has ended it: 401.
            throw TokenError.refused(status: 401, code: "invalid_client", description: nil)
        }
    }

    private static func encoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}

/// A refusal (401) is an answer, and no reason to look for other credentials; on Linux, Foundation would wait for them for ever.
private final class Unchallenged: NSObject, URLSessionTaskDelegate, Sendable {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        let isBasic = challenge.protectionSpace.authenticationMethod == NSURLAuthenticationMethodHTTPBasic
        completionHandler(isBasic ? .cancelAuthenticationChallenge : .performDefaultHandling, nil)
    }
}
