#if os(macOS) || os(Linux)
    import Foundation

    #if canImport(Glibc)
        import Glibc
        private let stream = Int32(SOCK_STREAM.rawValue)
        private let quietly = Int32(MSG_NOSIGNAL)
    #else
        import Darwin
        private let stream = SOCK_STREAM
        private let quietly: Int32 = 0
    #endif

    /// Listens on a loopback address for the one request that is the answer. Every program of the machine can connect, so
    /// that whatever is not the answer is refused, and keeps nobody waiting.
    final class LoopbackListener: @unchecked Sendable {
        private static let maxRequest = 16_384
        private static let maxConnections = 32
        private static let patience = timeval(tv_sec: 10, tv_usec: 0)

        /// With the port that is listened on.
        let redirectURI: RedirectURI
        private let page: String
        private let arrived: @Sendable (URL) -> Void
        private let listener: Int32
        private let lock = NSLock()
        private var state: String?
        private var isClosed = false
        private var connections = 0
        private let (done, finished) = AsyncStream.makeStream(of: Void.self)

        init(_ uri: RedirectURI, page: String, arrived: @escaping @Sendable (URL) -> Void) throws {
            let host = uri.text.contains("[") ? "::1" : "127.0.0.1"
            let bound = try listening(host, uri.port)
            listener = bound.socket
            redirectURI = uri.needsPort ? uri.with(port: bound.port) : uri
            self.page = page
            self.arrived = arrived
            Thread.detachNewThread { self.serve() }
        }

        /// From now on the answer with this `state` is accepted.
        func expect(_ state: String) { lock.withLock { self.state = state } }

        /// Ends the listening, so that the port is free again.
        func close() async {
            lock.withLock { isClosed = true }
            for await _ in done {}
        }

        private func serve() {
            while !lock.withLock({ isClosed }) {
                var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
                guard poll(&waiting, 1, 100) > 0, case let socket = accept(listener, nil, nil), socket >= 0 else {
                    continue
                }
                let hasRoom = lock.withLock {
                    if connections < Self.maxConnections { connections += 1 } else { return false }
                    return true
                }
                guard hasRoom else {
                    _ = closed(socket)
                    continue
                }
                // Browsers open connections in advance, on which nothing comes.
                Thread.detachNewThread {
                    self.answer(socket)
                    _ = closed(socket)
                    self.lock.withLock { self.connections -= 1 }
                }
            }
            _ = closed(listener)
            finished.finish()
        }

        private func answer(_ socket: Int32) {
            var patience = Self.patience
            let size = socklen_t(MemoryLayout<timeval>.size)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
            setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
            let line = requestLine(socket).split(separator: " ")
            guard line.count == 3, line[1].hasPrefix("/") else { return reply(socket, "400 Bad Request") }
            guard line[0] == "GET" else { return reply(socket, "405 Method Not Allowed") }
            guard let url = url(String(line[1])), redirectURI.isOf(url) else { return reply(socket, "404 Not Found") }
            guard isAnswer(url) else { return reply(socket, "400 Bad Request") }
            reply(socket, "200 OK", page)
            arrived(url)
        }

        /// The URL of a request by its path and query.
        private func url(_ target: String) -> URL? {
            let root = redirectURI.text.prefix { $0 != ":" } + "://"
            let authority = redirectURI.text.dropFirst(root.count).prefix { $0 != "/" }
            return URL(string: root + authority + target)
        }

        private func isAnswer(_ url: URL) -> Bool {
            let given = Form.parse(URLComponents(url: url, resolvingAgainstBaseURL: false)?.percentEncodedQuery ?? "")[
                "state"]
            return lock.withLock { state != nil && given == [state ?? ""] }
        }

        private func requestLine(_ socket: Int32) -> String {
            var request: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let until = Date().addingTimeInterval(10)
            while request.count < Self.maxRequest, Date() < until {
                let count = recv(socket, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                request += buffer.prefix(count)
                let text = String(decoding: request, as: UTF8.self)
                if text.contains("\r\n\r\n") { return String(text.prefix { $0 != "\r\n" }) }
            }
            return ""
        }

        private func reply(_ socket: Int32, _ status: String, _ body: String = "") {
            let fields = [
                "HTTP/1.1 \(status)", "Content-Type: text/html; charset=utf-8", "Content-Length: \(body.utf8.count)",
                "Cache-Control: no-store", "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff",
                "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
                "Connection: close",
            ]
            var rest = Array((fields.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, quietly) }
                guard sent > 0 else { return }
                rest = rest.dropFirst(sent)
            }
        }
    }

    /// `close` of the system, by another name than the method's.
    private func closed(_ socket: Int32) -> Int32 { close(socket) }

    /// A socket that listens, and its port.
    private func listening(_ host: String, _ port: UInt16) throws -> (socket: Int32, port: UInt16) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = stream
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found?.pointee else {
            throw LoginError.unavailable("\(host) is no address here")
        }
        defer { freeaddrinfo(found) }
        let listener = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        // The connections of the sign-in before do not hold the port; a program that listens does.
        var isOn: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        guard listener >= 0, bind(listener, address.ai_addr, address.ai_addrlen) == 0, listen(listener, 16) == 0 else {
            let reason = String(cString: strerror(errno))
            if listener >= 0 { _ = closed(listener) }
            throw LoginError.unavailable("cannot listen on \(host) port \(port): \(reason)")
        }
        return (listener, chosenPort(listener))
    }

    private func chosenPort(_ listener: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            guard let base = bytes.baseAddress,
                getsockname(listener, base.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return 0 }
            // The port stands at the same place in both families.
            return UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        }
    }
#endif
