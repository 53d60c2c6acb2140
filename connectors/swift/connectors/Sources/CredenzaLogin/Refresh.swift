import Foundation

/// Keeps the access token fresh: each refresh token is used once, by whoever is first, and all others wait for it.
actor Refresh {
    /// How long before its end a token is refreshed, in seconds.
    private static let before: TimeInterval = 30

    private enum Outcome: Sendable {
        case fresh(Session)
        case ended
        case failed(LoginError)
    }

    private let settled: Settled
    private let tokens: Tokens
    private let sessions: Sessions
    private var underWay: [String: Task<Outcome, Never>] = [:]

    init(_ settled: Settled, _ tokens: Tokens, _ sessions: Sessions) {
        self.settled = settled
        self.tokens = tokens
        self.sessions = sessions
    }

    /// An access token that is good now, and not the one that an API has refused.
    func token(insteadOf refused: String?) async throws -> String {
        guard let session = try await sessions.load() else { throw LoginError.signedOut }
        if isFresh(session.tokens, refused) { return session.tokens.accessToken }
        guard session.tokens.refreshToken != nil else { return try atHand(session, refused, .signedOut) }
        switch await flight(session.id, refused).value {
        case .fresh(let fresh) where fresh.tokens.accessToken != refused: return fresh.tokens.accessToken
        // It was begun by somebody who did not know yet that the token is refused.
        case .fresh: return try await token(insteadOf: refused)
        case .ended: throw LoginError.signedOut
        case .failed(let error): return try atHand(session, refused, error)
        }
    }

    private func atHand(_ session: Session, _ refused: String?, _ otherwise: LoginError) throws -> String {
        let isOver = session.tokens.expiresAt.map { settled.now >= $0 } ?? false
        guard !isOver, session.tokens.accessToken != refused else { throw otherwise }
        return session.tokens.accessToken
    }

    /// The refresh under way, or a new one. It goes on when who began it is cancelled, as its token is spent then.
    private func flight(_ id: String, _ refused: String?) -> Task<Outcome, Never> {
        if let task = underWay[id] { return task }
        let task = Task {
            let outcome = await refreshed(id, refused)
            underWay[id] = nil
            return outcome
        }
        underWay[id] = task
        return task
    }

    private func refreshed(_ id: String, _ refused: String?) async -> Outcome {
        do {
            // Whoever was here a moment ago may have done it.
            guard let session = try await sessions.load(), session.id == id else { return .ended }
            guard !isFresh(session.tokens, refused), let spent = session.tokens.refreshToken else {
                return .fresh(session)
            }
            return try await rotated(session, spent)
        } catch {
            return .failed(error as? LoginError ?? .unavailable("\(error)"))
        }
    }

    private func rotated(_ session: Session, _ spent: String) async throws -> Outcome {
        do {
            let fresh = session.with(try await tokens.refresh(session, spent))
            if await sessions.keep(fresh) { return .fresh(fresh) }
            // A logout came in between; what was issued since belongs to nobody.
            if let orphan = fresh.tokens.refreshToken { await tokens.revoke(orphan) }
            return .ended
        } catch let error as LoginError {
            settled.config.log(.warning, "the access token is not refreshed: \(error)")
            guard isEnd(error) else { throw error }
            // An extension of the application may have used the token just before.
            if let other = try await sessions.load(), other.id == session.id, other.tokens.refreshToken != spent {
                return .fresh(other)
            }
            try await sessions.end(session.id)
            return .ended
        }
    }

    /// Whether the session is over: what else fails may succeed later.
    private func isEnd(_ error: LoginError) -> Bool {
        switch error {
        case .provider(error: "invalid_grant", _), .idTokenRefused: true
        default: false
        }
    }

    private func isFresh(_ tokens: TokenSet, _ refused: String?) -> Bool {
        guard tokens.accessToken != refused else { return false }
        return tokens.expiresAt.map { settled.now < $0.addingTimeInterval(-Self.before) } ?? true
    }
}
