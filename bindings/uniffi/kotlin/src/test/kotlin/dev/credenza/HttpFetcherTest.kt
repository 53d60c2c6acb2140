package dev.credenza

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.http.HttpClient
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors

class HttpFetcherTest {
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    private val origin = "http://127.0.0.1:${server.address.port}"
    private val issuer = TestIssuer(origin)
    private val asked = CopyOnWriteArrayList<String>()
    private val stop = CountDownLatch(1)

    init {
        server.executor = Executors.newCachedThreadPool()
        server.start()
    }

    @AfterEach
    fun stop() {
        stop.countDown()
        server.stop(0)
    }

    @Test
    fun `a whole check over http on this machine`() {
        serve("/") { it.answer(issuer.respond("$origin${it.requestURI}", now())) }
        Validator.of(origin, API).use { assertEquals("user", it.validateBlocking(issuer.mint(audience = API)).sub) }
        assertEquals(listOf("GET /.well-known/openid-configuration", "GET /jwks"), asked)
    }

    @Test
    fun `a236 redirects are not followed`() {
        serve("/.well-known") {
            it.responseHeaders.add("Location", "$origin/elsewhere")
            it.sendResponseHeaders(302, -1)
        }
        serve("/elsewhere") { it.answer(issuer.respond("$origin/.well-known/openid-configuration", now())) }
        assertEquals("keys_unavailable", refused().rule)
        assertTrue(asked.none { "elsewhere" in it }, asked.toString())
        val following = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build()
        assertThrows(IllegalArgumentException::class.java) { HttpFetcher(following) }
    }

    @Test
    fun `a236 no more is read than may be`() {
        val sent = CopyOnWriteArrayList<Int>()
        serve("/") { exchange ->
            exchange.sendResponseHeaders(200, 0)
            val spaces = ByteArray(64 * 1024) { ' '.code.toByte() }
            repeat(1000) {
                exchange.responseBody.write(spaces)
                sent += spaces.size
            }
        }
        assertEquals("keys_unavailable", refused().rule)
        assertTrue(sent.sum() < 1000 * 64 * 1024, "${sent.sum()} bytes were read")
    }

    @Test
    fun `a236 a body that does not end is given up`() {
        serve("/") {
            it.sendResponseHeaders(200, 0)
            it.responseBody.write('{'.code)
            it.responseBody.flush()
            stop.await()
        }
        // Twice five seconds: the metadata has two places.
        assertEquals("keys_unavailable", refused().rule)
    }

    @Test
    fun `a236 http elsewhere is refused when the validator is made`() {
        assertThrows(SettingsException::class.java) { Validator.of("http://id.example", API) }
        val settings = Settings(ISSUER, listOf(API), jwksUri = "http://id.example/jwks")
        assertThrows(SettingsException::class.java) { Validator(settings) }
        Validator(settings.copy(allowHttp = true)).close()
    }

    @Test
    fun `rfc7662_2_1 introspection is a POST with credentials`() {
        serve("/.well-known") {
            val metadata = """{"issuer":"$origin","jwks_uri":"$origin/jwks","introspection_endpoint":"$origin/ask"}"""
            it.answer(TestResponse(200, metadata))
        }
        serve("/ask") {
            asked += it.requestHeaders.getFirst("Authorization") + " " + it.requestBody.readBytes().decodeToString()
            it.answer(TestResponse(200, """{"active":true,"sub":"she","aud":"$API"}"""))
        }
        val settings = Settings(origin, listOf(API), introspection = IntrospectionSettings("me", "secret"))
        assertEquals("she", Validator(settings).validateBlocking("opaque").sub)
        assertTrue(asked.any { it.startsWith("Basic bWU6c2VjcmV0 ") && "token=opaque" in it }, asked.toString())
    }

    private fun refused(): Denied = runBlocking {
        val decision = Validator.of(origin, API).check(Request(listOf("Bearer ${issuer.mint(audience = API)}")))
        (decision as Decision.Deny).denied
    }

    private fun serve(path: String, handle: (HttpExchange) -> Unit) {
        server.createContext(path) { exchange ->
            asked += "${exchange.requestMethod} ${exchange.requestURI}"
            exchange.use(handle)
        }
    }

    private fun HttpExchange.answer(response: TestResponse) {
        val body = response.body.toByteArray()
        responseHeaders.add("Content-Type", "application/json")
        sendResponseHeaders(response.status, body.size.toLong())
        responseBody.write(body)
    }

    private inline fun HttpExchange.use(handle: (HttpExchange) -> Unit) = try {
        handle(this)
    } finally {
        close()
    }

    private fun now() = System.currentTimeMillis() / 1000
}
