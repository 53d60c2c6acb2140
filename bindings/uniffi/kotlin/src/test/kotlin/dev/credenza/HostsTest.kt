package dev.credenza

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path

/** Hosts as they are: compressed, behind proxies, with certificates of their own, redirecting, and gone. */
class HostsTest {
    private val small = "{\"keys\":[]}".toByteArray()

    @TempDir
    lateinit var folder: Path

    @Test
    fun `a request says who makes it`() = Web { it.reply(200, small) }.use { web ->
        assertArrayEquals(small, fetched("http://127.0.0.1:${web.port}/").body)
        assertTrue(Regex("credenza-validator/\\d+\\.\\d+\\.\\d+ \\(JVM \\d+\\)").matches(web.userAgents.single()))
    }

    @Test
    fun `rfc9110_8_4_1_3 gzip is decoded, up to the limit`() {
        fun answer(encoding: String, body: ByteArray): FetchResponse =
            Web { it.reply(200, body, "Content-Encoding" to encoding) }
                .use { fetched("http://127.0.0.1:${it.port}/") }
        assertArrayEquals(small, answer("gzip", zipped(small)).body)
        assertArrayEquals(small, answer("identity", small).body)
        assertEquals(Cause.TOO_LARGE, fault { answer("gzip", zipped(ByteArray(1_000_000))) })
        assertEquals(1_000, answer("GZIP", zipped(ByteArray(1_000))).body.size)
        assertEquals(Cause.TOO_LARGE, fault { answer("gzip", zipped(ByteArray(1_001))) })
        assertEquals(Cause.OTHER, fault { answer("gzip", small) })
        assertEquals(Cause.OTHER, fault { answer("br", small) })
    }

    @Test
    fun `a236 a redirect is refused with that word`() = Web { it.reply(302, ByteArray(0), "Location" to "/x") }.use { web ->
        val failure = assertThrows(FetchException::class.java) { fetched("http://127.0.0.1:${web.port}/") }
        assertEquals(Cause.REDIRECT, failure.fault)
        assertTrue("redirect to /x" in checkNotNull(failure.message), failure.message)
        assertEquals(listOf("/"), web.asked)
    }

    @Test
    fun `a host that is not there, or does not answer`() {
        val closed = ServerSocket(0).use { it.localPort }
        assertEquals(Cause.CONNECT, fault { fetched("http://127.0.0.1:$closed/") })
        assertEquals(Cause.DNS, fault { fetched("http://nowhere.invalid/") })
        Web { Thread.sleep(2_000) }.use { web ->
            val started = System.nanoTime()
            assertEquals(Cause.TIMEOUT, fault { fetched("http://127.0.0.1:${web.port}/", timeout = 200) })
            assertTrue(System.nanoTime() - started < 1_500_000_000)
        }
        Web { it.sendResponseHeaders(200, 100) }.use { web ->
            assertEquals(Cause.CONNECT, fault { fetched("http://127.0.0.1:${web.port}/") })
        }
    }

    @Test
    fun `a certificate is good when the file has it, and for its own name alone`() {
        val here = Identity(Files.createDirectory(folder.resolve("a")), "ip:127.0.0.1")
        val elsewhere = Identity(Files.createDirectory(folder.resolve("b")), "dns:elsewhere.example")
        Web(here) { it.reply(200, small) }.use { web ->
            val url = "https://127.0.0.1:${web.port}/"
            assertArrayEquals(small, HttpFetcher(here.certificate).use { fetched(url, it) }.body)
            assertEquals(Cause.TLS, fault { fetched(url) })
            assertEquals(Cause.TLS, fault { HttpFetcher(elsewhere.certificate).use { fetched(url, it) } })
        }
        Web(elsewhere) { it.reply(200, small) }.use { web ->
            val url = "https://127.0.0.1:${web.port}/"
            assertEquals(Cause.TLS_NAME, fault { HttpFetcher(elsewhere.certificate).use { fetched(url, it) } })
        }
        val empty = Files.writeString(folder.resolve("empty.pem"), "")
        for (file in listOf(empty, folder.resolve("missing.pem"))) {
            assertThrows(IllegalArgumentException::class.java) { HttpFetcher(file) }
        }
    }

    @Test
    fun `the environment's proxy is used, but not for what it exempts`() = Web { it.reply(200, small) }.use { proxy ->
        val environment = mapOf("HTTP_PROXY" to "http://127.0.0.1:${proxy.port}", "NO_PROXY" to "direct.invalid, .x.invalid")
        HttpFetcher(null, environment).use { fetcher ->
            assertArrayEquals(small, fetched("http://id.invalid/keys", fetcher).body)
            assertEquals(listOf("http://id.invalid/keys"), proxy.asked)
            for (host in listOf("direct.invalid", "under.direct.invalid", "a.x.invalid")) {
                assertEquals(Cause.DNS, fault { fetched("http://$host/", fetcher) }, host)
            }
            val closed = ServerSocket(0).use { it.localPort }
            assertEquals(Cause.CONNECT, fault { fetched("http://localhost:$closed/", fetcher) })
            assertEquals(1, proxy.asked.size)
        }
        HttpFetcher(null, environment + ("REQUEST_METHOD" to "GET")).use { fetcher ->
            assertEquals(Cause.DNS, fault { fetched("http://id.invalid/", fetcher) }, "a field of the request is no setting")
        }
        for (text in listOf("socks5://127.0.0.1:1", "http://name:password@127.0.0.1:1", "http://")) {
            assertThrows(IllegalArgumentException::class.java, { HttpFetcher(null, mapOf("https_proxy" to text)) }, text)
        }
    }

    @Test
    fun `the JVM's proxy comes before the environment's`() = Web { it.reply(200, small) }.use { proxy ->
        System.setProperty("http.proxyHost", "127.0.0.1")
        System.setProperty("http.proxyPort", "${proxy.port}")
        try {
            HttpFetcher(null, mapOf("http_proxy" to "http://127.0.0.1:1")).use { fetcher ->
                assertArrayEquals(small, fetched("http://id.invalid/keys", fetcher).body)
            }
        } finally {
            System.clearProperty("http.proxyHost")
            System.clearProperty("http.proxyPort")
        }
    }

    private fun fetched(url: String, fetcher: HttpFetcher? = null, timeout: Long = 3_000): FetchResponse = runBlocking {
        if (fetcher != null) fetcher.fetch(get(url, timeout = timeout)) else HttpFetcher().use { it.fetch(get(url, timeout = timeout)) }
    }

    private fun fault(fetch: () -> Any): Cause = assertThrows(FetchException::class.java) { fetch() }.fault
}
