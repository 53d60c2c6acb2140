import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Fetches with `URLSession`, with no cookies, no cache and no redirects. It decodes gzip, and goes by way of the proxy of
/// the system, on Linux the one that the environment names (`https_proxy`, `no_proxy`).
public struct URLSessionFetcher: Fetcher {
    private let configuration: @Sendable () -> URLSessionConfiguration

    /// `configuration` may name a proxy or other limits.
    public init(configuration: @escaping @Sendable () -> URLSessionConfiguration = { .ephemeral }) {
        self.configuration = configuration
    }

    public func fetch(_ fetch: Fetch) async throws -> FetchResponse {
        guard let url = URL(string: fetch.url) else { throw FetchError(.other, "no URL: \(fetch.url)") }
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
        request.httpMethod = fetch.method
        request.httpBody = fetch.body.map { Data($0.utf8) }
        request.setValue("credenza-validator/\(libraryVersion()) (Swift)", forHTTPHeaderField: "User-Agent")
        for field in fetch.headers {
            request.setValue(field.value, forHTTPHeaderField: field.name)
        }
        let exchange = Exchange(maxBytes: fetch.maxBytes)
        let session = URLSession(configuration: configuration(), delegate: exchange, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: request)
        // The session's own timeouts are for inactivity, not for the whole request.
        let deadline = Task {
            try await Task.sleep(for: fetch.timeout)
            exchange.end(task, FetchError(.timeout, "no answer within \(fetch.timeout)"))
        }
        defer { deadline.cancel() }
        return try await withTaskCancellationHandler {
            try await exchange.run(task)
        } onCancel: {
            task.cancel()
        }
    }
}

/// One request and what comes back. The session calls it from its own queue, one call at a time.
private final class Exchange: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let maxBytes: Int
    private let lock = NSLock()
    private var fault: FetchError?
    private var body = Data()
    private var continuation: CheckedContinuation<FetchResponse, any Error>?

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    func run(_ task: URLSessionDataTask) async throws -> FetchResponse {
        try await withCheckedThrowingContinuation { continuation in
            self.continuation = continuation
            task.resume()
        }
    }

    /// Gives up, for a reason that the session does not know.
    func end(_ task: URLSessionTask, _ reason: FetchError) {
        lock.withLock { fault = fault ?? reason }
        task.cancel()
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        body.append(data)
        if body.count > maxBytes {
            end(dataTask, FetchError(.tooLarge, "the answer has more than \(maxBytes) bytes"))
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let ended = continuation
        continuation = nil
        if let reason = lock.withLock({ fault }) {
            ended?.resume(throwing: reason)
        } else if let error {
            ended?.resume(throwing: FetchError(cause(of: error), error.localizedDescription))
        } else if let response = task.response as? HTTPURLResponse, redirects.contains(response.statusCode) {
            let target = response.value(forHTTPHeaderField: "Location") ?? "nowhere"
            ended?.resume(throwing: FetchError(.redirect, "a redirect to \(target), which is not followed"))
        } else if let response = task.response as? HTTPURLResponse {
            ended?.resume(returning: FetchResponse(
                status: response.statusCode,
                body: body,
                contentType: response.value(forHTTPHeaderField: "Content-Type"),
                cacheControl: response.value(forHTTPHeaderField: "Cache-Control")
            ))
        } else {
            ended?.resume(throwing: FetchError(.connect, "no answer of HTTP"))
        }
    }
}

private let redirects: Set<Int> = [301, 302, 303, 307, 308]

private func cause(of error: any Error) -> Cause {
    switch (error as? URLError)?.code {
    case .timedOut: .timeout
    case .cannotFindHost, .dnsLookupFailed: .dns
    case .cannotConnectToHost, .networkConnectionLost, .notConnectedToInternet, .badServerResponse: .connect
    case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
        .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
        .clientCertificateRequired:
        .tls
    case .cancelled: .cancelled
    default: .other
    }
}
