// Chart 918: Routes of Ktor with needs | needs inside of needs, other providers beside it, optional routes, what nobody checked, configuration
package dev.credenza.ktor

import dev.credenza.TestIssuer
import dev.credenza.connectors.Guard
import dev.credenza.connectors.Needs
import dev.credenza.connectors.bearer
import dev.credenza.connectors.trusted
import dev.credenza.fetcher
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.auth.UserIdPrincipal
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.basic
import io.ktor.server.cio.CIO
import io.ktor.server.config.MapApplicationConfig
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse

class RoutesTest {
    private val api = "https://api.example"
    private val issuer = TestIssuer("https://id.example")
    private val guard = Guard(listOf(issuer.trusted(api)))
    private val read = issuer.bearer(api, listOf("read"))
    private val both = issuer.bearer(api, listOf("read", "write"))

    @Test
    fun `needs inside of needs are asked for together`() = serve({
        protect(Needs.scopes("read"), "api") {
            hello("/read")
            needs(Needs.scopes("write")) { hello("/write") }
        }
    }) { get ->
        assertEquals(200, get("/read", read).statusCode())
        assertEquals(403, get("/write", read).statusCode())
        assertEquals(200, get("/write", both).statusCode())
        assertEquals("Bearer scope=\"write read\"", get("/write", null).challenge())
    }

    @Test
    fun `plain authenticate asks for a good token`() = serve({ authenticate("api") { hello("/plain") } }) { get ->
        assertEquals("hello user", get("/plain", read).body())
        assertEquals("Bearer", get("/plain", null).challenge())
        assertEquals(401, get("/plain", "Bearer x.y.z").statusCode())
    }

    @Test
    fun `optional routes let nobody through, and no bad token`() = serve({
        protect(Needs.scopes("write"), "api", optional = true) { hello("/feed") }
        authenticate("api", optional = true) { hello("/plain") }
    }) { get ->
        for (path in listOf("/feed", "/plain")) {
            assertEquals("hello nobody", get(path, null).body())
            assertEquals("hello user", get(path, both).body())
            assertEquals(401, get(path, "Bearer x.y.z").statusCode())
        }
        assertEquals(403, get("/feed", read).statusCode())
    }

    @Test
    fun `what no provider has checked for its needs is not served`() = serve({
        needs(Needs.scopes("read")) { hello("/outside") }
        authenticate("passwords") { needs(Needs.scopes("read")) { hello("/passwords") } }
        authenticate("passwords", "api") { hello("/either") }
    }) { get ->
        assertEquals(403, get("/outside", read).statusCode())
        assertEquals(403, get("/passwords", "Basic YTpi").statusCode())
        assertEquals(200, get("/either", "Basic YTpi").statusCode())
        assertEquals("hello user", get("/either", read).body())
        assertEquals(401, get("/either", null).statusCode())
    }

    @Test
    fun `settings come from the configuration of the application`() {
        val config = MapApplicationConfig(
            "issuer" to "https://id.example",
            "audience" to api,
            "resourceMetadata" to "$api/.well-known/oauth-protected-resource",
            "leeway" to "10",
        )
        val configured = guard {
            fetcher = this@RoutesTest.issuer.fetcher()
            trust(config)
        }
        serve({ protect(provider = "api") { hello("/plain") } }, configured) { get ->
            assertEquals(200, get("/plain", read).statusCode())
            val challenge = "Bearer resource_metadata=\"$api/.well-known/oauth-protected-resource\""
            assertEquals(challenge, get("/plain", null).challenge())
        }
        assertThrows(IllegalArgumentException::class.java) { guard { } }
    }

    private fun Route.hello(path: String) = get(path) { call.respondText("hello ${call.caller?.sub ?: "nobody"}") }

    private fun serve(
        routes: Route.() -> Unit,
        guard: Guard = this.guard,
        use: (get: (String, String?) -> HttpResponse<String>) -> Unit,
    ) {
        val server = embeddedServer(CIO, port = 0, host = "127.0.0.1") {
            install(Authentication) {
                credenza("api", guard)
                basic("passwords") { validate { UserIdPrincipal(it.name) } }
            }
            routing(routes)
        }.start()
        try {
            val port = runBlocking { server.engine.resolvedConnectors().first().port }
            use { path, authorization ->
                val request = HttpRequest.newBuilder(URI("http://127.0.0.1:$port$path"))
                authorization?.let { request.header("Authorization", it) }
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString())
            }
        } finally {
            server.stop(0, 0)
        }
    }

    private fun HttpResponse<String>.challenge() = headers().firstValue("WWW-Authenticate").orElse("")
}
