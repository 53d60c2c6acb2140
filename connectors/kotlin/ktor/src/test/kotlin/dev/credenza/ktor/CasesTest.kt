// Chart 917: Ktor 3 behind the guard for Kotlin | every shared case over HTTP
package dev.credenza.ktor

import dev.credenza.connectors.Guard
import dev.credenza.connectors.cases.Case
import dev.credenza.connectors.cases.Framework
import dev.credenza.connectors.cases.Running
import dev.credenza.connectors.cases.Suite
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.plugins.cors.routing.CORS
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import io.ktor.server.websocket.WebSockets
import io.ktor.server.websocket.webSocket
import io.ktor.websocket.Frame
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.TestFactory

class CasesTest {
    @TestFactory
    fun cases() = Suite.of(
        Framework { case, issuers ->
            val guard = Guard(issuers, case.options, case.choose(issuers))
            val server = embeddedServer(CIO, port = 0, host = "127.0.0.1") { serve(case, guard) }.start()
            val port = runBlocking { server.engine.resolvedConnectors().first().port }
            Running(port) { server.stop(0, 0) }
        },
        mapOf(
            "token_too_long" to "the engine CIO takes no line of more than 8192 bytes: it answers 400 itself",
            "method_no_preflight_without_its_method" to
                "Ktor's plugin for CORS, which stands in front, takes it for a preflight and answers 403",
        ),
    )

    private fun Application.serve(case: Case, guard: Guard) {
        install(WebSockets)
        if (case.options.preflight) {
            install(CORS) {
                allowHost("app.example", schemes = listOf("https"))
                allowMethod(HttpMethod.Get)
            }
        }
        install(Authentication) { credenza("api", guard) }
        routing {
            case.metadata(guard)?.let { metadata(it) }
            if (case.prefix.isEmpty()) guarded(case) else route(case.prefix) { guarded(case) }
        }
    }

    private fun Route.guarded(case: Case) = protect(case.needs, "api", case.isOptional) {
        if (case.isWebSocket) {
            webSocket(case.path) { send(Frame.Text(Suite.describe(call.caller))) }
        } else {
            route(case.path) { handle { call.describe() } }
        }
    }

    private suspend fun ApplicationCall.describe() = respondText(Suite.describe(caller), ContentType.Application.Json)
}
