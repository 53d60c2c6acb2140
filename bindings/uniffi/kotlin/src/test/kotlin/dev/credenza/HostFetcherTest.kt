// Chart 283
package dev.credenza

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import java.time.Instant

private const val OTHER = "https://other.example"

class HostFetcherTest {
    private val http = Fetcher { fetch -> FetchResponse(200, fetch.url.toByteArray()) }

    private fun asked(method: String, url: String, key: String = "key", body: String? = null) = Fetch.of(
        mapOf(
            "key" to key,
            "method" to method,
            "url" to url,
            "headers" to emptyList<Any>(),
            "body" to body,
            "max_bytes" to 100L,
            "timeout_ms" to 1000L,
        ),
    )

    @Test
    fun `a resolver names issuers, and the rest is fetched`() = runBlocking {
        val fetcher = HostFetcher(http, { issuer -> if (issuer == OTHER) """{"profile":"okta"}""" else null })
        val known = fetcher.fetch(asked("RESOLVE", OTHER))
        assertEquals(200 to """{"profile":"okta"}""", known.status to known.body.decodeToString())
        assertEquals(404, fetcher.fetch(asked("RESOLVE", "https://third.example")).status)
        assertEquals("https://id.example/jwks", fetcher.fetch(asked("GET", "https://id.example/jwks")).body.decodeToString())
    }

    @Test
    fun `a store says which proof is new`() = runBlocking {
        val known = mutableMapOf<String, Instant>()
        val fetcher = HostFetcher(http, replays = { name, until -> known.put(name, until) == null })
        val proof = asked("REMEMBER", "", "replay:a", "1800000090")
        assertEquals(listOf(200, 409), List(2) { fetcher.fetch(proof).status })
        assertEquals(mapOf("replay:a" to Instant.ofEpochSecond(1_800_000_090)), known)
    }

    @Test
    fun `a store that fails is no answer`() {
        val fetcher = HostFetcher(http, replays = { _, _ -> error("away") })
        assertThrows(IllegalStateException::class.java) {
            runBlocking { fetcher.fetch(asked("REMEMBER", "", "replay:a", "1")) }
        }
    }
}
