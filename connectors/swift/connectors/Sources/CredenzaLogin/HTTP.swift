import Credenza
import Foundation

/// What was answered.
struct Reply: Sendable {
    let status: Int
    let body: Data

    /// The members of the body, where it is a JSON object.
    var members: [String: JSONValue]? { try? JSONDecoder().decode([String: JSONValue].self, from: body) }
}

/// Requests to the provider: no redirects, bounded in time and size, which is the fetcher's to do.
struct HTTP: Sendable {
    private static let maxBytes = 262_144
    private static let timeout: Duration = .seconds(10)

    let fetcher: any Fetcher

    func get(_ url: URL, accessToken: String? = nil) async throws -> Reply {
        var headers = [(name: "Accept", value: "application/json")]
        if let accessToken { headers.append((name: "Authorization", value: "Bearer \(accessToken)")) }
        return try await send("GET", url, headers, nil)
    }

    /// Posts a form. Where the connection broke, so that nobody knows whether the request arrived, and `again` holds, it is
    /// sent once more.
    func post(_ url: URL, _ fields: [(name: String, value: String)], again: Bool = false) async throws -> Reply {
        let headers = [
            (name: "Accept", value: "application/json"),
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
        ]
        return try await send("POST", url, headers, Form.encode(fields), attempts: again ? 2 : 1)
    }

    private func send(
        _ method: String, _ url: URL, _ headers: [(name: String, value: String)], _ body: String?, attempts: Int = 1
    ) async throws -> Reply {
        let fetch = Fetch(
            key: url.absoluteString, method: method, url: url.absoluteString,
            headers: headers + [(name: "User-Agent", value: "credenza-login/\(libraryVersion()) (Swift)")], body: body,
            maxBytes: Self.maxBytes, timeout: Self.timeout
        )
        do {
            let response = try await fetcher.fetch(fetch)
            guard response.body.count <= Self.maxBytes else { throw FetchError(.tooLarge, "the answer is too long") }
            return Reply(status: response.status, body: response.body)
        } catch let failure as FetchError where failure.cause == .connect && attempts > 1 {
            return try await send(method, url, headers, body, attempts: attempts - 1)
        } catch {
            throw LoginError.unavailable("\(url) cannot be had: \(error)")
        }
    }
}
