import Foundation

/// Makes the HTTP requests of a validator. An implementation follows no redirects, reads at most `maxBytes` of a body,
/// takes at most `timeout`, and throws where there is no answer.
public protocol Fetcher: Sendable {
    /// Makes one request.
    func fetch(_ fetch: Fetch) async throws -> FetchResponse
}

/// An HTTP request to make.
public struct Fetch: Sendable, CustomStringConvertible {
    /// Identifies what is fetched: of two fetches with the same key, one is enough.
    public let key: String
    /// `GET` or `POST`. Two more are for the host itself, where the settings ask for them: `RESOLVE`, about the issuer that
    /// is the `url`, is answered with status 200 and its settings as JSON, or 404; `REMEMBER`, about the `key` until the time
    /// in `body`, with 200 where it is new and 409 where it is not. `HostFetcher` answers both.
    public let method: String
    /// The URL: https, except for hosts for which the settings allow http.
    public let url: String
    /// Fields to send.
    public let headers: [(name: String, value: String)]
    /// The body of a POST.
    public let body: String?
    /// The greatest size of the answer's body; a longer one is a failure.
    public let maxBytes: Int
    /// How long it may take.
    public let timeout: Duration
    /// As the core wrote it; empty where it is not the core's.
    let json: String

    /// A request that is not the validator's own, for what else an application asks of a provider with the same client.
    public init(
        key: String, method: String, url: String, headers: [(name: String, value: String)] = [], body: String? = nil,
        maxBytes: Int, timeout: Duration
    ) {
        self.key = key
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.maxBytes = maxBytes
        self.timeout = timeout
        json = ""
    }

    /// Shows neither header fields nor the body, which may hold secrets and tokens.
    public var description: String { "Fetch(\(method) \(url))" }
}

extension Fetch: Decodable {
    public init(from decoder: any Decoder) throws {
        let members = try decoder.singleValueContainer().decode(Members.self)
        key = members.key
        method = members.method
        url = members.url
        headers = members.headers.map { ($0.first ?? "", $0.last ?? "") }
        body = members.body
        maxBytes = members.max_bytes
        timeout = .milliseconds(members.timeout_ms)
        json = String(decoding: try JSONEncoder().encode(members), as: UTF8.self)
    }

    private struct Members: Codable {
        let key: String
        let method: String
        let url: String
        let headers: [[String]]
        let body: String?
        let max_bytes: Int
        let timeout_ms: Int64
    }
}

/// What was answered.
public struct FetchResponse: Sendable {
    /// The status; anything but 200 is a failure.
    public var status: Int
    /// The body.
    public var body: Data
    /// The media type, where one was given.
    public var contentType: String?
    /// `Cache-Control`, where it was given.
    public var cacheControl: String?

    public init(status: Int, body: Data, contentType: String? = nil, cacheControl: String? = nil) {
        self.status = status
        self.body = body
        self.contentType = contentType
        self.cacheControl = cacheControl
    }
}
