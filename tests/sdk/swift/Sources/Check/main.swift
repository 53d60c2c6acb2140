// The library for Swift against a live server, and a proxy that fails.
import CredenzaAdmin
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

let environment = ProcessInfo.processInfo.environment
let issuer = environment["SDK_ISSUER"] ?? ""

func account(_ secret: String? = nil) -> ServiceAccount {
    let known = environment["SDK_CLIENT_SECRET"] ?? ""
    return ServiceAccount(issuer: issuer, clientId: environment["SDK_CLIENT_ID"] ?? "", clientSecret: secret ?? known)
}

func newAdmin() -> CredenzaAdminAPIConfiguration { CredenzaAdminAPIConfiguration(issuer: issuer, tokens: account()) }

struct Wrong: Error { let what: String }

func same<T: Equatable>(_ given: T, _ wanted: T) throws {
    if given != wanted { throw Wrong(what: "wanted \(wanted), and it is \(given)") }
}

func fresh() -> String { "sw-\(UUID().uuidString.prefix(8).lowercased())" }

func control(_ path: String, method: String = "GET") async throws -> String {
    guard let url = URL(string: "\(issuer)/_proxy/\(path)") else { throw Wrong(what: path) }
    var request = URLRequest(url: url)
    request.httpMethod = method
    return String(decoding: try await URLSession.shared.data(for: request).0, as: UTF8.self)
}

func fail(_ words: String) async throws { _ = try await control("fail?\(words)", method: "POST") }

/// When, in ms, and the Idempotency-Key, of each request.
func seen(_ method: String, _ path: String) async throws -> [(Int, String)] {
    try await control("seen?method=\(method)&path=\(path)").split(separator: "\n").map { line in
        let words = line.split(separator: " ")
        return (Int(words[0]) ?? 0, String(words[1]))
    }
}

func refusal(_ call: () async throws -> Void) async throws -> ErrorResponse {
    do { try await call() } catch let error as ErrorResponse { return error }
    throw Wrong(what: "it was not refused")
}

let admin = newAdmin()

func everyUserIsListedOnce() async throws {
    var names = [String]()
    let users = paginate(items: { (page: UserPage) in page.items }, next: \.nextCursor) {
        try await UsersAPI.listUsers(limit: 70, cursor: $0, apiConfiguration: admin)
    }
    for try await user in users { names.append(user.username) }
    try same(Set(names).count, names.count)
    try same(names.filter { $0.hasPrefix("seed-") }.count, 300)
}

func whatIsRefusedIsAProblem() async throws {
    let missing = try await refusal { _ = try await UsersAPI.getUser(userId: "nobody", apiConfiguration: admin) }
    try same(missing.problem?.kind, "not-found")
    let user = try await UsersAPI.createUser(newUser: NewUser(username: fresh()), apiConfiguration: admin)
    let patch = UserPatch(claims: StandardClaims(nickname: "Al"))
    func change() async throws {
        _ = try await UsersAPI.updateUser(
            userId: user.userId, ifMatch: etag(user.version), userPatch: patch, apiConfiguration: admin)
    }
    try await change()
    try same(try await refusal(change).problem?.kind, "stale")
}

func whatIsRefusedForNowIsTriedAgain() async throws {
    let id = try await UsersAPI.createUser(newUser: NewUser(username: fresh()), apiConfiguration: admin).userId
    try await fail("method=GET&path=/users/\(id)&times=1&status=429&retry_after=1")
    try await fail("method=GET&path=/users/\(id)&times=1&status=503")
    try same(try await UsersAPI.getUser(userId: id, apiConfiguration: admin).userId, id)
    let times = try await seen("GET", "/users/\(id)").map(\.0)
    try same(times.count, 3)
    try same(times[1] - times[0] >= 950, true)
}

func aCreationWhoseAnswerIsLostIsCarriedOutOnce() async throws {
    let name = fresh()
    let before = try await seen("POST", "/admin/v1/users").count
    try await fail("method=POST&path=/admin/v1/users&times=1&lost=after")
    let user = try await UsersAPI.createUser(newUser: NewUser(username: name), apiConfiguration: admin)
    let keys = try await seen("POST", "/admin/v1/users").dropFirst(before).map(\.1)
    try same(keys.count, 2)
    try same(keys[0] != "-" && keys[0] == keys[1], true)
    let found = try await UsersAPI.listUsers(username: name, apiConfiguration: admin).items
    try same(found.map(\.userId), [user.userId])
}

func aTokenIsFetchedOnceForAllWhoWait() async throws {
    let before = try await seen("POST", "/token").count
    let own = newAdmin()
    try await withThrowingTaskGroup(of: Int.self) { calls in
        for _ in 0..<50 {
            calls.addTask { try await UsersAPI.listUsers(limit: 1, apiConfiguration: own).items.count }
        }
        for try await count in calls { try same(count, 1) }
    }
    try same(try await seen("POST", "/token").count - before, 1)
}

func aWrongSecretIsTold() async throws {
    do {
        _ = try await account("wrong").token()
    } catch TokenError.refused(_, let code, _) {
        return try same(code, "invalid_client")
    }
    throw Wrong(what: "it was not refused")
}

let tests: [(String, () async throws -> Void)] = [
    ("every user is listed once", everyUserIsListedOnce),
    ("what is refused is a problem", whatIsRefusedIsAProblem),
    ("what is refused for now is tried again", whatIsRefusedForNowIsTriedAgain),
    ("a creation whose answer is lost is carried out once", aCreationWhoseAnswerIsLostIsCarriedOutOnce),
    ("a token is fetched once for all who wait", aTokenIsFetchedOnceForAllWhoWait),
    ("a wrong secret is told", aWrongSecretIsTold),
]
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

var failed = 0
for (name, test) in tests {
    do {
        try await test()
        say("✔ \(name)")
    } catch {
        say("✖ \(name): \(error)")
        failed += 1
    }
}
// As node --test sums up.
say("ℹ pass \(tests.count - failed)\nℹ fail \(failed)")
exit(failed == 0 ? 0 : 1)
