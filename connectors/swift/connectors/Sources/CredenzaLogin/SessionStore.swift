import Credenza
import Foundation

/// Where the session is kept between two starts of the application: its tokens among it, so the place has to be closed to
/// other applications. What these throw is trouble with the store, and ends no session.
public protocol SessionStore: Sendable {
    /// Stores a value, replacing the one of that name.
    func save(_ value: Data, as name: String) throws
    /// The value of that name; nil when there is none.
    func load(_ name: String) throws -> Data?
    /// Deletes the value of that name, if there is one.
    func delete(_ name: String) throws
}

/// Keeps sessions as long as the process lives: for tests, and for command lines that sign in each time.
public final class MemoryStore: SessionStore, @unchecked Sendable {
    private let lock = NSLock()
    private var values: [String: Data] = [:]

    public init() {}

    public func save(_ value: Data, as name: String) { lock.withLock { values[name] = value } }
    public func load(_ name: String) -> Data? { lock.withLock { values[name] } }
    public func delete(_ name: String) { lock.withLock { values[name] = nil } }
}

#if canImport(Security)
    extension Keychain: SessionStore {}
#endif
