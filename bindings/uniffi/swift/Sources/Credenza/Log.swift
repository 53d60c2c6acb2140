import Foundation

/// How much a line matters.
public enum LogLevel: String, Sendable {
    case info, warning
}

/// What the validator tells its operator, in the shape of swift-log without needing it:
/// `{ level, text in logger.log(level: level == .warning ? .warning : .info, "\(text)") }`. No line holds a token or a
/// secret.
public typealias LogHandler = @Sendable (_ level: LogLevel, _ text: String) -> Void

/// To standard error.
public let standardErrorLog: LogHandler = { level, text in
    FileHandle.standardError.write(Data("credenza \(level.rawValue): \(text)\n".utf8))
}

/// What is logged: each cause at most once a minute, however many requests it meets.
final class Warnings: @unchecked Sendable {
    private static let interval: TimeInterval = 60
    private static let maxCauses = 1_000

    private let log: LogHandler
    private let clock: @Sendable () -> Date
    private let lock = NSLock()
    private var last: [String: Date] = [:]

    init(log: @escaping LogHandler, clock: @escaping @Sendable () -> Date) {
        self.log = log
        self.clock = clock
    }

    /// Something that was fetched cannot be used, or could not be fetched.
    func tell(_ trouble: Trouble) {
        if isDue("\(trouble.cause.rawValue) \(trouble.url)") {
            log(.warning, "\(trouble)")
        }
    }

    /// A refusal. Of one for want of keys, the trouble is what matters.
    func tell(_ denied: Denied) {
        if denied.status == 503, let trouble = denied.detail.trouble {
            tell(trouble)
        } else if isDue(denied.rule) {
            log(.info, "refused by \(denied.rule): \(denied.detail.reason)")
        }
    }

    private func isDue(_ cause: String) -> Bool {
        let now = clock()
        return lock.withLock {
            if let before = last[cause], abs(now.timeIntervalSince(before)) < Self.interval { return false }
            if last.count >= Self.maxCauses { last.removeAll() }
            last[cause] = now
            return true
        }
    }
}
