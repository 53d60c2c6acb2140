// Chart 284
import Foundation
import Testing

@testable import Credenza

@Suite struct HostFetcherTests {
    private struct Echo: Fetcher {
        func fetch(_ fetch: Fetch) async throws -> FetchResponse {
            FetchResponse(status: 200, body: Data(fetch.url.utf8))
        }
    }

    private actor Store: ReplayStore {
        private(set) var known: [String: Date] = [:]

        func remember(_ name: String, until: Date) async throws -> Bool {
            known.updateValue(until, forKey: name) == nil
        }
    }

    private func asked(_ method: String, _ url: String, key: String = "key", body: String? = nil) throws -> Fetch {
        let body = body.map { "\"\($0)\"" } ?? "null"
        let json = """
            {"key":"\(key)","method":"\(method)","url":"\(url)","headers":[],"body":\(body),"max_bytes":100,\
            "timeout_ms":1000}
            """
        return try JSONDecoder().decode(Fetch.self, from: Data(json.utf8))
    }

    @Test func a_resolver_names_issuers_and_the_rest_is_fetched() async throws {
        let fetcher = HostFetcher(Echo(), resolve: { $0 == "https://other.example" ? "{}" : nil })
        let known = try await fetcher.fetch(asked("RESOLVE", "https://other.example"))
        #expect(known.status == 200 && known.body == Data("{}".utf8))
        #expect(try await fetcher.fetch(asked("RESOLVE", "https://third.example")).status == 404)
        let fetched = try await fetcher.fetch(asked("GET", "https://id.example/jwks"))
        #expect(fetched.body == Data("https://id.example/jwks".utf8))
    }

    @Test func a_store_says_which_proof_is_new() async throws {
        let store = Store()
        let fetcher = HostFetcher(Echo(), replays: store)
        let proof = try asked("REMEMBER", "", key: "replay:a", body: "1800000090")
        #expect(try await fetcher.fetch(proof).status == 200)
        #expect(try await fetcher.fetch(proof).status == 409)
        #expect(await store.known == ["replay:a": Date(timeIntervalSince1970: 1_800_000_090)])
    }
}
