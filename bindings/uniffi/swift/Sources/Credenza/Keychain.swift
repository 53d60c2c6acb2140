#if canImport(Security)
    import Foundation
    import Security

    /// Keeps tokens, or the bytes of a DPoP key, in the Keychain: on this device only, and only while it is unlocked.
    public struct Keychain: Sendable {
        private let service: String
        private let accessGroup: String?

        /// - Parameters:
        ///   - service: the name under which the entries of this application stand.
        ///   - accessGroup: the group of applications that share them, if any.
        public init(service: String, accessGroup: String? = nil) {
            self.service = service
            self.accessGroup = accessGroup
        }

        /// Stores a value, replacing the one of that name.
        public func save(_ value: Data, as name: String) throws {
            let attributes: [CFString: Any] = [
                kSecValueData: value,
                kSecAttrAccessible: kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
            ]
            let status = SecItemUpdate(query(name) as CFDictionary, attributes as CFDictionary)
            if status == errSecItemNotFound {
                let item = query(name).merging(attributes) { _, new in new }
                try check(SecItemAdd(item as CFDictionary, nil))
            } else {
                try check(status)
            }
        }

        /// The value of that name; nil when there is none.
        public func load(_ name: String) throws -> Data? {
            var query = query(name)
            query[kSecReturnData] = true
            query[kSecMatchLimit] = kSecMatchLimitOne
            var found: CFTypeRef?
            let status = SecItemCopyMatching(query as CFDictionary, &found)
            if status == errSecItemNotFound { return nil }
            try check(status)
            return found as? Data
        }

        /// Deletes the value of that name, if there is one.
        public func delete(_ name: String) throws {
            let status = SecItemDelete(query(name) as CFDictionary)
            if status != errSecItemNotFound {
                try check(status)
            }
        }

        private func query(_ name: String) -> [CFString: Any] {
            var query: [CFString: Any] = [
                kSecClass: kSecClassGenericPassword,
                kSecAttrService: service,
                kSecAttrAccount: name,
                kSecUseDataProtectionKeychain: true,
            ]
            query[kSecAttrAccessGroup] = accessGroup
            return query
        }

        private func check(_ status: OSStatus) throws {
            guard status == errSecSuccess else { throw KeychainError(status: status) }
        }
    }

    /// The error that the Keychain returned.
    public struct KeychainError: Error, Equatable, Sendable {
        /// Its status.
        public let status: OSStatus
    }
#endif
