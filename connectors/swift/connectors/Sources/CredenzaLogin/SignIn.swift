import Credenza
import Foundation

/// From the application to the provider and back: the authorization code flow with PKCE (RFC 8252, OpenID Connect Core
/// 3.1).
struct SignIn: Sendable {
    let settled: Settled
    let provider: Provider
    let tokens: Tokens
    let flows: Flows
    let sessions: Sessions

    /// Begins a sign-in: the URL for the browser, and the `state` that its answer will have.
    func start(_ options: SignInOptions, _ redirectURI: RedirectURI) async throws -> (url: URL, state: String) {
        let config = settled.config
        let flow = Flow(
            redirectURI: redirectURI, maxAge: options.maxAge ?? config.maxAge,
            acrValues: options.acrValues.isEmpty ? config.acrValues : options.acrValues, startedAt: settled.now
        )
        let url = try await target(try await provider.metadata(), request(flow, options))
        await flows.keep(flow)
        return (url, flow.state)
    }

    /// Finishes a sign-in by the URL at which the browser arrived. Where the provider is away, the same URL may be given
    /// again.
    func callback(_ url: URL) async throws -> Session {
        let answer = try Answer(url)
        guard let state = answer.state, let flow = await flows.take(state) else {
            throw LoginError.answerRefused(.unknownState)
        }
        do {
            guard flow.redirectURI.isOf(url) else { throw LoginError.answerRefused(.otherRedirectURI) }
            try await checkIss(answer)
            return try await begun(try await tokens.redeem(try answer.code(), flow))
        } catch let error as LoginError {
            if case .unavailable = error { await flows.keep(flow) }
            settled.config.log(.warning, "no sign-in: \(error)")
            throw error
        }
    }

    /// RFC 9207 section 2.4: against the mix-up of providers.
    private func checkIss(_ answer: Answer) async throws {
        if let iss = answer.iss {
            guard iss == settled.config.issuer else { throw LoginError.answerRefused(.otherIssuer) }
        } else if try await provider.metadata().hasIss {
            throw LoginError.answerRefused(.missingIssuer)
        }
    }

    /// Keeps the session. The one before has ended, and so has its refresh token.
    private func begun(_ session: Session) async throws -> Session {
        do {
            let before = try await sessions.begin(session)
            if let old = before?.tokens.refreshToken, old != session.tokens.refreshToken { await tokens.revoke(old) }
            return session
        } catch {
            // Nobody will use what cannot be kept.
            if let orphan = session.tokens.refreshToken { await tokens.revoke(orphan) }
            throw error
        }
    }

    private func target(_ metadata: Metadata, _ fields: [(name: String, value: String)]) async throws -> URL {
        guard metadata.mustPush else { return Form.url(metadata.authorization, adding: fields) }
        guard let endpoint = metadata.pushed else {
            throw LoginError.unavailable("the metadata have no endpoint for pushed requests")
        }
        let uri = try await tokens.push(endpoint, fields)
        return Form.url(
            metadata.authorization,
            adding: [(name: "client_id", value: settled.config.clientID), (name: "request_uri", value: uri)]
        )
    }

    private func request(_ flow: Flow, _ options: SignInOptions) -> [(name: String, value: String)] {
        let config = settled.config
        let fields: [(String, String?)] = [
            ("response_type", "code"), ("client_id", config.clientID), ("redirect_uri", flow.redirectURI.text),
            ("scope", config.scope), ("state", flow.state), ("nonce", flow.nonce),
            ("code_challenge", challenge(of: flow.verifier)), ("code_challenge_method", "S256"),
            ("prompt", options.prompt ?? config.prompt), ("resource", config.resource),
            ("max_age", flow.maxAge.map(String.init)),
            ("acr_values", flow.acrValues.isEmpty ? nil : flow.acrValues.joined(separator: " ")),
            ("login_hint", options.loginHint),
            ("ui_locales", options.uiLocales.isEmpty ? nil : options.uiLocales.joined(separator: " ")),
        ]
        return fields.compactMap { name, value in value.map { (name: name, value: $0) } }
    }
}

/// The parameters of an answer (RFC 6749 section 4.1.2, RFC 9207 section 2), none of which stands twice.
struct Answer: Sendable {
    private let members: [String: String]

    init(_ url: URL) throws {
        let parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
        let parameters = Form.parse(parts?.percentEncodedQuery ?? "")
        guard parameters.values.allSatisfy({ $0.count == 1 }) else {
            throw LoginError.answerRefused(.repeatedParameter)
        }
        members = parameters.compactMapValues(\.first)
    }

    var state: String? { members["state"] }
    var iss: String? { members["iss"] }

    /// The code, or what the provider refused the sign-in by.
    func code() throws -> String {
        if let error = members["error"] {
            let description = members["error_description"].map(shown)
            if error == "access_denied" { throw LoginError.denied(description) }
            throw LoginError.provider(error: shown(error), description: description)
        }
        guard let code = members["code"], !code.isEmpty else { throw LoginError.answerRefused(.missingCode) }
        return code
    }
}
