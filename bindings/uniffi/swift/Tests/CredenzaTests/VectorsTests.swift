// Chart 284: The validator for Swift | async, Linux; every vector; what is for Apple alone was never compiled
import Foundation
import Testing

@testable import Credenza

typealias Members = [String: JSONValue]

/// The cases that every language runs: `tests/vectors/validator/README.md` says what they mean.
@Suite struct VectorsTests {
    static let folder = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../../../../tests/vectors/validator").standardizedFileURL

    static func files() throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
            .sorted { $0.path < $1.path }
    }

    @Test func there_are_vectors() throws {
        #expect(try !Self.files().isEmpty)
    }

    @Test(arguments: try files()) func vectors(_ file: URL) async throws {
        let document = try JSONDecoder().decode(Members.self, from: Data(contentsOf: file))
        let cases = try #require(document["cases"]?.array)
        #expect(!cases.isEmpty)
        for one in cases.compactMap(\.object) {
            let name = Comment(rawValue: one["name"]?.string ?? "?")
            if one["jose"] != nil {
                try runJose(one, name)
            } else if one["steps"] != nil {
                try await Play(one).run(name)
            } else {
                let settings = try #require(one["settings"]).json()
                let expected = one["expected"]?.object?["settings_error"]?.string
                #expect(try refusedSetting { try Validator(json: settings) } == expected, name)
            }
        }
    }

    private func runJose(_ one: Members, _ name: Comment) throws {
        let token = try #require(one["token"]?.string)
        guard let payload = one["expected"]?.object?["payload"]?.string else {
            #expect(throws: JoseError.self, name) { try jose(one, token) }
            return
        }
        #expect(try base64url(jose(one, token)) == payload, name)
    }

    private func jose(_ one: Members, _ token: String) throws -> Data {
        let allowed = (one["algorithms"]?.array ?? []).compactMap(\.string).compactMap { algorithms[$0] }
        switch one["jose"]?.string {
        case "verify":
            return try Jose.verify(token, jwks: one["jwks"]?.json() ?? "", allowed: allowed)
        case "verify_hmac":
            return try Jose.verifyHMAC(token, secret: one["secret"]?.string ?? "", allowed: allowed)
        default:
            guard let key = one["key"]?.object, let pem = key["pem"]?.string else {
                throw JoseError.Refused(reason: "a key of a kind that is not supported")
            }
            let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }
            let der = try #require(Data(base64Encoded: lines.joined()))
            return try Jose.decrypt(token, alg: key["alg"] == "ECDH-ES" ? .ecdhEs : .rsaOaep256, pkcs8: der)
        }
    }

    private func base64url(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    private let algorithms: [String: Algorithm] = [
        "RS256": .rs256, "RS384": .rs384, "RS512": .rs512, "PS256": .ps256, "PS384": .ps384, "PS512": .ps512,
        "ES256": .es256, "ES384": .es384, "ES512": .es512, "EdDSA": .edDsa, "Ed25519": .ed25519,
        "HS256": .hs256, "HS384": .hs384, "HS512": .hs512,
    ]
}
