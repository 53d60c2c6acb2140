import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension CredenzaAdminAPIConfiguration {
    /// The admin API of the tenant with this issuer, such as https://id.example.com/t/acme: the `apiConfiguration` of every
    /// operation. That of the default tenant has what is about the installation too.
    public convenience init(issuer: String, tokens: any TokenSource, attempts: Int = 4) {
        self.init(
            basePath: issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer,
            customHeaders: ["User-Agent": "credenza-admin-swift/\(Facts.version)"],
            // Not the main one, which a command line tool may not serve.
            apiResponseQueue: DispatchQueue(label: "dev.credenza.admin"),
            interceptor: Calls(tokens: tokens, attempts: attempts)
        )
    }
}

/// Adds the access token and, at creations, an Idempotency-Key, and tries again what may be tried again.
final class Calls: OpenAPIInterceptor {
    private struct Progress {
        var attempts = 1
        var renewed = false
    }

    private let tokens: any TokenSource
    private let attempts: Int
    private let longest: Double
    private let underWay = OpenAPIMutex<[ObjectIdentifier: Progress]>([:])

    init(tokens: any TokenSource, attempts: Int, longest: Double = 60) {
        self.tokens = tokens
        self.attempts = attempts
        self.longest = longest
    }

    func intercept<T>(
        urlRequest: URLRequest, urlSession: URLSessionProtocol, requestBuilder: RequestBuilder<T>,
        completion: @Sendable @escaping (Result<URLRequest, Error>) -> Void
    ) {
        var prepared = urlRequest
        if isCreation(urlRequest), urlRequest.value(forHTTPHeaderField: "Idempotency-Key") == nil {
            let key = UUID().uuidString
            prepared.setValue(key, forHTTPHeaderField: "Idempotency-Key")
            // The next attempt is built anew, from this.
            requestBuilder.addHeaders(["Idempotency-Key": key])
        }
        let request = prepared
        Task {
            do {
                var signed = request
                signed.setValue("Bearer \(try await tokens.token())", forHTTPHeaderField: "Authorization")
                completion(.success(signed))
            } catch {
                completion(.failure(error))
            }
        }
    }

    func retry<T>(
        urlRequest: URLRequest, urlSession: URLSessionProtocol, requestBuilder: RequestBuilder<T>, data: Data?,
        response: URLResponse?, error: Error, completion: @Sendable @escaping (OpenAPIInterceptorRetry) -> Void
    ) {
        let id = ObjectIdentifier(requestBuilder)
        let progress = underWay.value[id] ?? Progress()
        let answer = response as? HTTPURLResponse
        if answer?.statusCode == 401, !progress.renewed, let token = bearer(urlRequest) {
            // It may have been revoked, or the provider's keys are new: once more with another token.
            underWay.withValue { $0[id] = Progress(attempts: progress.attempts, renewed: true) }
            Task {
                await tokens.refused(token)
                let next = try? await tokens.token()
                completion(next != nil && next != token ? .retry : .dontRetry)
            }
            return
        }
        let wait = waitBefore(progress.attempts, answer)
        guard progress.attempts < attempts, wait <= longest, mayRepeat(urlRequest, answer, data) else {
            underWay.withValue { $0[id] = nil }
            completion(.dontRetry)
            return
        }
        underWay.withValue { $0[id] = Progress(attempts: progress.attempts + 1, renewed: progress.renewed) }
        Task {
            try? await Task.sleep(nanoseconds: UInt64(wait * 1_000_000_000))
            completion(.retry)
        }
    }

    func didComplete<T>(
        urlRequest: URLRequest, urlSession: URLSessionProtocol, requestBuilder: RequestBuilder<T>, data: Data?,
        response: URLResponse?, result: Result<T, Error>
    ) {
        underWay.withValue { $0[ObjectIdentifier(requestBuilder)] = nil }
    }

    private func bearer(_ request: URLRequest) -> String? {
        request.value(forHTTPHeaderField: "Authorization").map { String($0.dropFirst("Bearer ".count)) }
    }

    private func isCreation(_ request: URLRequest) -> Bool {
        let address = "\(request.httpMethod ?? "GET") \(request.url?.path ?? "")"
        return Facts.creations.contains { address.range(of: "^\($0)", options: .regularExpression) != nil }
    }

    // What was refused for now (429, 503) was not carried out. Where it is not known whether it was, only what may be carried
    // out twice is repeated: by its method, or by its Idempotency-Key.
    private func mayRepeat(_ request: URLRequest, _ response: HTTPURLResponse?, _ data: Data?) -> Bool {
        let repeatable = isCreation(request) || ["GET", "PUT", "DELETE"].contains(request.httpMethod ?? "GET")
        switch response?.statusCode {
        case nil: return repeatable
        case 429, 503: return true
        case 502, 504: return repeatable
        // An earlier attempt with the same key is still being carried out.
        case 409: return isCreation(request) && contains(data, "/problems/idempotency-key-in-use")
        default: return false
        }
    }

    private func contains(_ data: Data?, _ text: String) -> Bool {
        data.flatMap { String(data: $0, encoding: .utf8) }?.contains(text) ?? false
    }

    // What Retry-After says in seconds (RFC 9110 10.2.3), or else twice as long each time, and by chance somewhat less, so
    // that callers do not come back together.
    private func waitBefore(_ attempt: Int, _ response: HTTPURLResponse?) -> Double {
        if let said = response?.value(forHTTPHeaderField: "Retry-After").flatMap(Double.init), said >= 0 { return said }
        let most = min(8, 0.25 * Double(1 << min(attempt, 6)))
        return Double.random(in: most / 2...most)
    }
}

extension ErrorResponse {
    /// What a call was refused for (RFC 9457). There is none where no answer came, or one that is not of the API: that of a
    /// proxy, for instance.
    public var problem: Problem? {
        guard case .error(_, let data?, _, _) = self else { return nil }
        return try? JSONDecoder().decode(Problem.self, from: data)
    }
}

extension Problem {
    /// The last part of the problem's type, such as not-found: what a program compares.
    public var kind: String { type.split(separator: "/").last.map(String.init) ?? "" }
}

/// Every item of a list, page by page as they are needed:
/// `paginate(items: \.items, next: \.nextCursor) { try await UsersAPI.listUsers(limit: 200, cursor: $0, …) }`.
public func paginate<Page: Sendable, Item: Sendable>(
    items: @Sendable @escaping (Page) -> [Item], next: @Sendable @escaping (Page) -> String?,
    list: @Sendable @escaping (String?) async throws -> Page
) -> AsyncThrowingStream<Item, Error> {
    AsyncThrowingStream { continuation in
        let reading = Task {
            do {
                var cursor: String?
                repeat {
                    let page = try await list(cursor)
                    items(page).forEach { continuation.yield($0) }
                    cursor = next(page)
                } while cursor != nil
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in reading.cancel() }
    }
}

/// The entity tag of a version that was read, for If-Match.
public func etag(_ version: Int64) -> String { "\"\(version)\"" }
