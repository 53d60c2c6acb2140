import Foundation

/// What the core answered: see `answer.rs` for the form.
struct Answer {
    let decision: Decision?
    let fetch: Fetch?

    init(_ text: String) throws {
        let lineBreak = text.utf8.firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
        let claims = lineBreak == text.endIndex ? "" : String(text[text.utf8.index(after: lineBreak)...])
        // The usual case: the request may pass, and there is nothing else.
        if lineBreak == text.startIndex, !claims.isEmpty {
            decision = .allow(Claims(json: claims), dpopNonce: nil)
            fetch = nil
            return
        }
        let head = try JSONDecoder().decode(Head.self, from: Data(text[..<lineBreak].utf8))
        fetch = head.fetch
        if let denied = head.denied {
            decision = .deny(denied)
        } else if !claims.isEmpty {
            decision = .allow(Claims(json: claims), dpopNonce: head.dpopNonce)
        } else {
            decision = nil
        }
    }

    private struct Head: Decodable {
        let denied: Denied?
        let dpopNonce: String?
        let fetch: Fetch?

        enum CodingKeys: String, CodingKey {
            case denied, fetch
            case dpopNonce = "dpop_nonce"
        }
    }
}

/// Whether tokens could be checked: see `core.rs`.
struct Readiness: Decodable {
    let trouble: Trouble?
    let fetch: Fetch?

    static func read(_ text: String) throws -> Self {
        try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    }
}
