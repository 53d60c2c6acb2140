import CredenzaLogin
import Foundation

/// Keeps sessions in a directory that only its owner can read, as command lines do on systems without a Keychain.
struct FileStore: SessionStore {
    private let directory: URL

    init(_ path: String) throws {
        directory = URL(fileURLWithPath: (path as NSString).expandingTildeInPath, isDirectory: true)
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
    }

    func save(_ value: Data, as name: String) throws {
        let file = file(name)
        let new = directory.appendingPathComponent(".\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: new.path, contents: value, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        // In one step, so that nobody finds half of it.
        guard rename(new.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func load(_ name: String) throws -> Data? {
        let file = file(name)
        return FileManager.default.fileExists(atPath: file.path) ? try Data(contentsOf: file) : nil
    }

    func delete(_ name: String) throws {
        let file = file(name)
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }

    /// The name as hexadecimal digits, which no path breaks out of.
    private func file(_ name: String) -> URL {
        directory.appendingPathComponent(name.utf8.map { String($0, radix: 16) }.joined())
    }
}
