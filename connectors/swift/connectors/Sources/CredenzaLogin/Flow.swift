import Foundation

/// A sign-in under way: what was sent to the provider.
struct Flow: Sendable {
    let state = randomText()
    let nonce = randomText()
    let verifier = randomText()
    let redirectURI: RedirectURI
    let maxAge: Int64?
    let acrValues: [String]
    let startedAt: Date
}

/// The sign-ins under way in this process, each of which is finished once.
actor Flows {
    static let lifetime: TimeInterval = 600
    private static let most = 5

    private let settled: Settled
    private var known: [String: Flow] = [:]

    init(_ settled: Settled) {
        self.settled = settled
    }

    /// Remembers a flow. The oldest make room.
    func keep(_ flow: Flow) {
        known[flow.state] = flow
        let oldest = known.values.sorted { $0.startedAt < $1.startedAt }.prefix(max(known.count - Self.most, 0))
        for flow in oldest { known[flow.state] = nil }
    }

    /// Takes the flow of a state, where it began not too long ago. Nobody else gets it until it is given back.
    func take(_ state: String) -> Flow? {
        guard let flow = known.removeValue(forKey: state) else { return nil }
        let age = settled.now.timeIntervalSince(flow.startedAt)
        return abs(age) <= Self.lifetime ? flow : nil
    }
}
