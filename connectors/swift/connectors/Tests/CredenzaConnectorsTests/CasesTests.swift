// Chart 920: The guard for Swift | every shared case but those of a framework, without HTTP
import Credenza
import Foundation
import Testing

@testable import CredenzaConnectors

typealias Members = [String: JSONValue]

/// The cases that every connector runs: `tests/vectors/connectors/README.md` says what they mean.
@Suite struct CasesTests {
    static let folder =
        ProcessInfo.processInfo.environment["CONNECTOR_CASES"].map { URL(fileURLWithPath: $0) }
        ?? URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../../../../tests/vectors/connectors").standardizedFileURL

    static func files() throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
            .sorted { $0.path < $1.path }
    }

    @Test func thereAreCases() throws {
        #expect(try !Self.files().isEmpty)
    }

    @Test(arguments: try files()) func cases(_ file: URL) async throws {
        let document = try JSONDecoder().decode(Members.self, from: Data(contentsOf: file))
        for one in try #require(document["cases"]?.array).compactMap(\.object) {
            try await Play(one).run()
        }
    }
}

/// One case: its requests, given to a guard as a framework would.
final class Play: Fetcher, @unchecked Sendable {
    private let one: Members
    private let lock = NSLock()
    private var time = Date(timeIntervalSince1970: 0)
    private var asked: [String: Int] = [:]
    private var records: [[String: String]] = []

    init(_ one: Members) {
        self.one = one
    }

    func run() async throws {
        let name = one["name"]?.string ?? "?"
        let tried = try makeGuard()
        let needs = try Requirement(json: try json(one["route"]?.object?["needs"] ?? [:]))
        let optional = one["route"]?.object?["optional"]?.bool ?? false
        let path = (one["route"]?.object?["prefix"]?.string ?? "") + (one["route"]?.object?["path"]?.string ?? "")
        setTime(one["now"])
        for (index, step) in (one["steps"]?.array ?? []).compactMap(\.object).enumerated() {
            setTime(step["now"])
            let request = try #require(step["request"]?.object)
            let incoming = incoming(request)
            // What stands at other paths is not the guard's.
            guard incoming.path == path else { continue }
            let outcome = try await tried.check(incoming, needs, optional: optional)
            try compare(step, outcome, "\(name), step \(index)")
            await settle()
        }
    }

    private func makeGuard() throws -> Guard {
        let settings = [try #require(one["settings"])] + (one["further"]?.array ?? [])
        let issuers = try settings.map { try TrustedIssuer(json: json($0), fetcher: self) { self.now } }
        var made = issuers.count == 1 ? Guard(issuers[0]) : Guard(issuers[0], issuers[1])
        #expect(issuers.count <= 2)
        let options = one["guard"]?.object ?? [:]
        made.origin = options["origin"]?.string
        made.debug = options["debug"]?.bool ?? false
        made.preflight = options["preflight"]?.bool ?? false
        if let hosts = options["hosts"]?.object {
            made.choose = { incoming in issuers.first { $0.name == hosts[incoming.host ?? ""]?.string } }
        }
        made.log = { members in
            self.lock.withLock { self.records.append(Dictionary(uniqueKeysWithValues: members.map { ($0, $1) })) }
        }
        return made
    }

    private func incoming(_ request: Members) -> Incoming {
        let fields = (request["headers"]?.array ?? []).compactMap(\.array).map { field in
            (name: field[0].string ?? "", value: (field[1].string ?? "").trimmingCharacters(in: .whitespaces))
        }
        return Incoming(
            method: request["method"]?.string ?? "", target: request["path"]?.string ?? "", fields: fields
        )
    }

    private func compare(_ step: Members, _ outcome: Outcome, _ label: String) throws {
        let comment = Comment(rawValue: label)
        let response = try #require(step["response"]?.object)
        let statuses = response["status"]?.array?.compactMap(\.number) ?? [response["status"]?.number ?? 0]
        let told = lock.withLock { () -> [[String: String]] in
            defer { records = [] }
            return records
        }
        switch outcome {
        case .allowed(let caller, let nonce):
            #expect(statuses.contains { $0 < 400 }, comment)
            if let wanted = response["caller"] { #expect(described(caller) == wanted, comment) }
            if let wanted = response["headers"]?.object?["DPoP-Nonce"] { #expect(wanted.string == nonce, comment) }
            #expect(told.isEmpty, comment)
        case .refused(let refusal):
            #expect(statuses.contains(Double(refusal.status)), comment)
            for (name, wanted) in response["headers"]?.object ?? [:] where name != "Vary" {
                #expect(refusal.fields.first { $0.name == name }?.value == wanted.string, comment)
            }
            if step["request"]?.object?["method"] == "HEAD" { return }
            if let text = response["body"]?.string { #expect(text == refusal.body ?? "", comment) }
            for (name, wanted) in step["log"]?.object ?? [:] {
                #expect(told.last?[name] == wanted.string ?? wanted.number.map { String(Int64($0)) }, comment)
            }
        }
    }

    private func described(_ caller: Caller?) -> JSONValue {
        guard let caller else { return .null }
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
        return .object([
            "sub": text(caller.sub), "client_id": text(caller.clientID), "scopes": texts(caller.scopes),
            "tenant": text(caller.tenant), "organization": text(caller.organization), "roles": texts(caller.roles),
            "permissions": texts(caller.permissions), "plan": text(caller.plan), "acr": text(caller.acr),
        ])
    }

    func fetch(_ fetch: Fetch) async throws -> FetchResponse {
        let turn = lock.withLock { () -> Int in
            asked[fetch.url, default: 0] += 1
            return asked[fetch.url, default: 1]
        }
        guard let given = one["responses"]?.object?[fetch.url] else { throw URLError(.cannotConnectToHost) }
        let answers = given.array ?? [given]
        let answer = answers[min(turn, answers.count) - 1].object ?? [:]
        if answer["fails"]?.bool == true { throw URLError(.timedOut) }
        return FetchResponse(
            status: Int(answer["status"]?.number ?? 0), body: Data((answer["body"]?.string ?? "").utf8),
            contentType: answer["content_type"]?.string, cacheControl: answer["cache_control"]?.string
        )
    }

    /// Waits until what was begun in the background has been asked and answered.
    private func settle() async {
        guard one["responses"]?.object?.isEmpty == false else { return }
        var before = -1
        while before != total {
            before = total
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private var total: Int { lock.withLock { asked.values.reduce(0, +) } }
    private var now: Date { lock.withLock { time } }

    private func setTime(_ value: JSONValue?) {
        guard let seconds = value?.number else { return }
        lock.withLock { time = Date(timeIntervalSince1970: seconds) }
    }

    private func json(_ value: JSONValue) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
