import Credenza
import Foundation

/// What a guard reads of an HTTP request. Fields are given as received, every line of them.
public struct Incoming: Sendable {
    /// The method, as the client sent it.
    public var method: String
    /// The path without its query, as the client sent it.
    public var path: String
    /// The value of `Host`.
    public var host: String?
    /// The scheme, for DPoP: `https` where TLS ends here.
    public var scheme: String
    /// Every `Authorization` field.
    public var authorization: [String]
    /// Every `DPoP` field.
    public var dpop: [String]
    /// Of a CORS preflight.
    public var origin: String?
    /// Of a CORS preflight.
    public var accessControlRequestMethod: String?
    /// The SHA-256 of the client's TLS certificate, base64url: `certificateThumbprint(certificate:)`.
    public var certificateThumbprint: String?

    /// A request, from its fields by name and value; `target` is the path with its query.
    public init(
        method: String, target: String, scheme: String = "http", fields: [(name: String, value: String)],
        certificateThumbprint: String? = nil
    ) {
        func values(_ name: String) -> [String] {
            fields.filter { $0.name.lowercased() == name }.map(\.value)
        }
        self.method = method
        path = String(target.prefix { $0 != "?" })
        self.scheme = scheme
        host = values("host").first
        authorization = values("authorization")
        dpop = values("dpop")
        origin = values("origin").first
        accessControlRequestMethod = values("access-control-request-method").first
        self.certificateThumbprint = certificateThumbprint
    }

    /// Whether there are no credentials at all: a request with those of another scheme is not anonymous.
    public var isBare: Bool { authorization.isEmpty }

    /// Whether it is a CORS preflight, which a browser sends without credentials.
    public var isPreflight: Bool {
        method == "OPTIONS" && !(origin ?? "").isEmpty && !(accessControlRequestMethod ?? "").isEmpty
    }

    func request(_ origin: String?) -> Request {
        let seen = origin.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? "\(scheme)://\(host ?? "")"
        return Request(
            authorization: authorization, dpop: dpop, method: method, url: dpop.isEmpty ? "" : seen + path,
            certificateThumbprint: certificateThumbprint
        )
    }
}
