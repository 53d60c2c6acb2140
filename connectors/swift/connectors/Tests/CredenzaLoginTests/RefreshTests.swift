// Chart 952: Sign-in of apps in Swift: tokens | one refresh for 64 tasks, lost reply, outages, races with logout; scripted provider
import Credenza
import Foundation
import Testing

@testable import CredenzaLogin

@Suite struct RefreshTests {
    private func refreshes(_ world: World) -> [[String: [String]]] {
        world.provider.requests("/token").filter { $0["grant_type"] == ["refresh_token"] }
    }

    @Test func aTokenIsKeptWhileItIsGood() async throws {
        let world = try World()
        try await world.signIn()
        world.pass(269)
        #expect(try await world.login.accessToken() == "access-1")
        #expect(refreshes(world).isEmpty)
        world.pass(2)
        #expect(try await world.login.accessToken() == "access-2")
        #expect(refreshes(world).first?["refresh_token"] == ["refresh-1"])
        world.pass(271)
        #expect(try await world.login.accessToken() == "access-3")
        #expect(refreshes(world).last?["refresh_token"] == ["refresh-2"])
    }

    @Test func sixtyFourTasksMakeOneRequest() async throws {
        let world = try World()
        try await world.signIn()
        world.pass(400)
        world.provider.delay = .milliseconds(50)
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<64 { group.addTask { try await world.login.accessToken() } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(tokens == ["access-2"])
        #expect(refreshes(world).count == 1)
    }

    @Test func whoeverIsCancelledEndsItForNobody() async throws {
        let world = try World()
        try await world.signIn()
        world.pass(400)
        world.provider.delay = .milliseconds(50)
        let impatient = Task { try await world.login.accessToken() }
        try await Task.sleep(for: .milliseconds(10))
        impatient.cancel()
        #expect(try await world.login.accessToken() == "access-2")
        #expect(refreshes(world).count == 1)
    }

    @Test func aLostReplyIsAskedForOnceMore() async throws {
        let world = try World()
        try await world.signIn()
        world.pass(400)
        world.provider.next(.loses)
        #expect(try await world.login.accessToken() == "access-3")
        #expect(refreshes(world).map { $0["refresh_token"] } == [["refresh-1"], ["refresh-1"]])
    }

    /// The session outlives them all, and the token serves as long as it lasts.
    @Test func anOutageEndsNoSession() async throws {
        let outages: [[ScriptedProvider.Turn]] = [
            [.loses, .loses], [.timesOut], [.refuses(500, "server_error")], [.refuses(503, "invalid_grant")],
            [.refuses(429, "slow_down")], [.says(502, "Bad Gateway")], [.says(200, "<p>Pay for the network</p>")],
            [.refuses(400, "invalid_scope")], [.refuses(401, "invalid_client")],
        ]
        for outage in outages {
            let world = try World()
            try await world.signIn()
            world.pass(280)
            outage.count == 2 ? world.provider.next(outage[0], outage[1]) : world.provider.next(outage[0])
            #expect(try await world.login.accessToken() == "access-1", "\(outage)")
            world.pass(100)
            outage.count == 2 ? world.provider.next(outage[0], outage[1]) : world.provider.next(outage[0])
            do {
                _ = try await world.login.accessToken()
                Issue.record("a token that is over was given out: \(outage)")
            } catch LoginError.unavailable {} catch LoginError.provider {}
            #expect(try await world.login.session()?.sub == "ada")
            #expect(try await world.login.accessToken().hasPrefix("access-"))
        }
    }

    @Test func invalidGrantEndsTheSession() async throws {
        let world = try World()
        try await world.signIn()
        world.pass(400)
        world.provider.next(.refuses(400, "invalid_grant"))
        await #expect(throws: LoginError.signedOut) { try await world.login.accessToken() }
        #expect(try await world.login.session() == nil)
        await #expect(throws: LoginError.signedOut) { try await world.login.accessToken() }
        #expect(refreshes(world).count == 1)
    }

    /// As an extension of the application may have done, which shares the store.
    @Test func invalidGrantForATokenThatSomebodyElseHasUsed() async throws {
        let world = try World()
        try await world.signIn()
        let entry = "\(ScriptedProvider.issuer) \(ScriptedProvider.client)"
        let before = try JSONDecoder().decode(Session.self, from: try #require(world.store.load(entry)))
        world.pass(400)
        world.provider.next(.refuses(400, "invalid_grant"))
        world.provider.meanwhile = {
            var tokens = before.tokens
            tokens.accessToken = "access-of-the-other"
            tokens.refreshToken = "refresh-of-the-other"
            world.store.save(try JSONEncoder().encode(before.with(tokens)), as: entry)
        }
        #expect(try await world.login.accessToken() == "access-of-the-other")
    }

    @Test func aRefreshedIDTokenIsOfTheSamePerson() async throws {
        for (sub, isGood) in [("ada", true), ("eve", false)] {
            let world = try World()
            try await world.signIn()
            world.pass(400)
            world.provider.answer = ["id_token": .string(try world.provider.idToken(sub))]
            if isGood {
                #expect(try await world.login.accessToken() == "access-2")
            } else {
                await #expect(throws: LoginError.signedOut) { try await world.login.accessToken() }
            }
        }
    }

    @Test func aTokenThatAnAPIRefusedIsReplaced() async throws {
        let world = try World()
        try await world.signIn()
        let refused = try await world.login.accessToken()
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await world.login.accessToken(insteadOf: refused) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(tokens == ["access-2"] && refreshes(world).count == 1)
    }

    @Test func withoutARefreshTokenTheSessionLastsAsLongAsTheToken() async throws {
        let world = try World()
        world.provider.answer = ["refresh_token": .null]
        try await world.signIn()
        world.pass(280)
        #expect(try await world.login.accessToken() == "access-1")
        world.pass(30)
        await #expect(throws: LoginError.signedOut) { try await world.login.accessToken() }
    }

    @Test func aTokenOfAnotherTypeIsNotUsed() async throws {
        let world = try World()
        world.provider.answer = ["token_type": "mac"]
        await #expect(throws: LoginError.self) { try await world.signIn() }
        world.provider.answer = ["token_type": "bearer"]
        try await world.signIn()
    }

    /// What is issued while somebody signs out belongs to nobody, and is revoked.
    @Test func aLogoutDuringARefresh() async throws {
        let world = try World()
        try await world.signIn()
        world.pass(400)
        world.provider.meanwhile = { _ = try await world.login.logout() }
        await #expect(throws: LoginError.signedOut) { try await world.login.accessToken() }
        #expect(try await world.login.session() == nil)
        #expect(world.provider.requests("/revoke").contains { $0["token"] == ["refresh-2"] })
    }

    @Test func aStoreThatCannotBeReadEndsNoSession() async throws {
        let store = LockedStore()
        let world = try World { $0.store = store }
        try await world.signIn()
        store.isLocked = true
        await #expect(throws: LoginError.store("the device is locked")) { try await world.login.accessToken() }
        store.isLocked = false
        #expect(try await world.login.accessToken() == "access-1")
        try store.save(Data("{}".utf8), as: "\(ScriptedProvider.issuer) \(ScriptedProvider.client)")
        #expect(try await world.login.session() == nil)
        try await world.signIn()
    }

    /// The token in the store is spent then: what came for it is not lost, and is saved as soon as that is possible.
    @Test func aStoreThatCannotBeWrittenLosesNoToken() async throws {
        let store = LockedStore()
        let world = try World { $0.store = store }
        store.isFull = true
        await #expect(throws: LoginError.store("the device is locked")) { try await world.signIn() }
        #expect(world.provider.requests("/revoke").map { $0["token"] } == [["refresh-1"]])
        store.isFull = false
        try await world.signIn()
        store.isFull = true
        world.pass(400)
        #expect(try await world.login.accessToken() == "access-3")
        world.pass(400)
        #expect(try await world.login.accessToken() == "access-4")
        #expect(refreshes(world).map { $0["refresh_token"] } == [["refresh-2"], ["refresh-3"]])
        store.isFull = false
        #expect(try await world.login.accessToken() == "access-4")
        let next = try World { $0.store = store }
        #expect(try await next.login.accessToken() == "access-4")
        store.isFull = true
        world.pass(400)
        _ = try await world.login.accessToken()
        _ = try await world.login.logout()
        #expect(try await world.login.session() == nil)
    }

    @Test func aSessionIsThereAfterTheNextStart() async throws {
        let world = try World()
        let session = try await world.signIn()
        let next = try World { $0.store = world.store }
        #expect(try await next.login.session() == session)
        let elsewhere = try World {
            $0.store = world.store
            $0.clientID = "another"
        }
        #expect(try await elsewhere.login.session() == nil)
    }
}

/// A store that can be closed.
private final class LockedStore: SessionStore, @unchecked Sendable {
    struct Locked: Error, CustomStringConvertible {
        let description = "the device is locked"
    }

    private let store = MemoryStore()
    var isLocked = false
    var isFull = false

    func save(_ value: Data, as name: String) throws {
        if isFull { throw Locked() }
        store.save(value, as: name)
    }

    func delete(_ name: String) { store.delete(name) }

    func load(_ name: String) throws -> Data? {
        if isLocked { throw Locked() }
        return store.load(name)
    }
}
