import Foundation

#if canImport(Glibc)
    import Glibc
    private let stream = Int32(SOCK_STREAM.rawValue)
#else
    import Darwin
    private let stream = SOCK_STREAM
#endif

/// A minimal HTTP server on this machine: one request per connection.
final class Server: @unchecked Sendable {
    enum Response {
        case answer(String)
        case redirect(String)
        case silence
    }

    let origin: String
    private let listener: Int32
    private let lock = NSLock()
    private var paths: [String] = []
    private var agents: [String] = []

    var asked: [String] { lock.withLock { paths } }
    var userAgents: [String] { lock.withLock { agents } }

    init() throws {
        let descriptor = socket(AF_INET, stream, 0)
        listener = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) | listen(descriptor, 64)
                    | getsockname(descriptor, generic, &length)
            }
        }
        guard bound == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        origin = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    func serve(_ respond: @escaping @Sendable (String) -> Response) {
        Thread.detachNewThread { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread.detachNewThread { self.answer(connection, respond) }
            }
        }
    }

    private func answer(_ connection: Int32, _ respond: (String) -> Response) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = recv(connection, &buffer, buffer.count, 0)
        let request = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        let path = String(request.split(separator: " ").dropFirst().first ?? "")
        let agent = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("user-agent: ") }
        lock.withLock {
            paths.append(path)
            agents.append(agent.map { String($0.dropFirst("user-agent: ".count)) } ?? "")
        }
        switch respond(path) {
        case .answer(let body):
            write(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        case .redirect(let location):
            let fields = "Location: \(origin)\(location)\r\nContent-Length: 0\r\nConnection: close"
            write(connection, "HTTP/1.1 302 Found\r\n\(fields)\r\n\r\n")
        case .silence:
            return
        }
        close(connection)
    }

    private func write(_ connection: Int32, _ text: String) {
        #if canImport(Glibc)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, flags) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }
}
