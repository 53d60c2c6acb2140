import Credenza
import Foundation

/// The session in the store: read each time, as an extension of the application may share the store.
actor Sessions {
    private let settled: Settled
    /// A session whose tokens were rotated, and could not be saved: what the store has is spent.
    private var unsaved: Session?

    init(_ settled: Settled) {
        self.settled = settled
    }

    /// Who is signed in; nil where nobody is, or where what was kept cannot be understood.
    func load() throws -> Session? {
        let found = try read()
        guard let newer = unsaved, newer.id == found?.id else {
            unsaved = nil
            return found
        }
        if (try? save(newer)) != nil { unsaved = nil }
        return newer
    }

    /// Keeps a new session, in place of the one before, which it returns.
    func begin(_ session: Session) throws -> Session? {
        let before = try? load()
        try save(session)
        unsaved = nil
        return before
    }

    /// Keeps what changed in a session, in memory while the store is away. False where it has ended meanwhile.
    func keep(_ session: Session) -> Bool {
        do {
            guard try read()?.id == session.id else { return false }
            try save(session)
            unsaved = nil
        } catch {
            unsaved = session
            settled.config.log(.warning, "refreshed tokens are kept in memory alone: \(error)")
        }
        return true
    }

    /// Ends a session, or whatever session there is; one that was begun since stays.
    func end(_ id: String? = nil) throws {
        if let id, try read()?.id != id { return }
        try stored { try settled.config.store.delete(settled.entry) }
        unsaved = nil
    }

    private func read() throws -> Session? {
        guard let data = try stored({ try settled.config.store.load(settled.entry) }) else { return nil }
        do {
            return try JSONDecoder().decode(Session.self, from: data)
        } catch {
            settled.config.log(.warning, "the session in the store is none, and counts as absent")
            return nil
        }
    }

    private func save(_ session: Session) throws {
        let data = try JSONEncoder().encode(session)
        try stored { try settled.config.store.save(data, as: settled.entry) }
    }

    private func stored<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch {
            throw LoginError.store("\(error)")
        }
    }
}
