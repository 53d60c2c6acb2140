import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A person with a browser, by HTTP: keeps cookies, follows redirects, and fills in the provider's forms.
final class Person: @unchecked Sendable {
    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    private let issuer: String
    private let username: String
    private let password: String
    private let agrees: Bool
    private var cookies: [String: String] = [:]

    init(issuer: String, username: String, password: String, agrees: Bool = true) {
        self.issuer = issuer
        self.username = username
        self.password = password
        self.agrees = agrees
    }

    /// Goes on until the provider leads elsewhere, and returns that URL without asking there; nil where it leads nowhere.
    func visits(_ start: URL) async throws -> URL? {
        var request = URLRequest(url: start)
        for _ in 0..<12 {
            guard let url = request.url, url.absoluteString.hasPrefix(issuer) else { return request.url }
            let (page, response) = try await asked(request)
            if let location = response.value(forHTTPHeaderField: "Location"),
                let next = URL(string: location, relativeTo: url)
            {
                request = URLRequest(url: next.absoluteURL)
            } else if let form = Form(page) {
                request = filled(form, url)
            } else {
                return nil
            }
        }
        throw Lost(description: "the provider leads in circles")
    }

    private func filled(_ form: Form, _ page: URL) -> URLRequest {
        var fields = form.fields
        if fields["username"] != nil { fields["username"] = username }
        if fields["password"] != nil { fields["password"] = password }
        if let button = form.buttons.first(where: { $0.value == (agrees ? "allow" : "deny") }) {
            fields[button.name] = button.value
        }
        var request = URLRequest(url: URL(string: form.action, relativeTo: page)?.absoluteURL ?? page)
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        request.setValue(issuer, forHTTPHeaderField: "Origin")
        request.httpBody = Data(encoded(fields).utf8)
        return request
    }

    private func asked(_ request: URLRequest) async throws -> (String, HTTPURLResponse) {
        var request = request
        request.setValue("text/html", forHTTPHeaderField: "Accept")
        request.setValue(cookies.map { "\($0)=\($1)" }.joined(separator: "; "), forHTTPHeaderField: "Cookie")
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        let session = URLSession(configuration: configuration, delegate: Stays(), delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let (body, response) = try await session.data(for: request)
        guard let answer = response as? HTTPURLResponse, let url = request.url else {
            throw Lost(description: "no HTTP")
        }
        let fields = answer.allHeaderFields.reduce(into: [String: String]()) { $0["\($1.key)"] = "\($1.value)" }
        for cookie in HTTPCookie.cookies(withResponseHeaderFields: fields, for: url) {
            cookies[cookie.name] = cookie.value
        }
        return (String(decoding: body, as: UTF8.self), answer)
    }

    /// Follows no redirect by itself.
    private final class Stays: NSObject, URLSessionTaskDelegate, Sendable {
        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
        ) {
            completionHandler(nil)
        }
    }

    private func encoded(_ fields: [String: String]) -> String {
        fields.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }.joined(
            separator: "&")
    }

    /// The first form of a page.
    private struct Form {
        let action: String
        var fields: [String: String] = [:]
        var buttons: [(name: String, value: String)] = []

        init?(_ page: String) {
            guard let start = page.range(of: "<form"), let end = page.range(of: "</form>") else { return nil }
            let tags = page[start.lowerBound..<end.lowerBound].split(separator: "<").map { $0.prefix { $0 != ">" } }
            action = tags.first.flatMap { Self.attribute("action", $0) } ?? ""
            for tag in tags {
                guard let name = Self.attribute("name", tag) else { continue }
                let value = Self.attribute("value", tag) ?? ""
                if tag.hasPrefix("input") { fields[name] = value }
                if tag.hasPrefix("button") { buttons.append((name, value)) }
            }
        }

        private static func attribute(_ name: String, _ tag: Substring) -> String? {
            guard let start = tag.range(of: " \(name)=\"") else { return nil }
            return String(tag[start.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        }
    }
}
