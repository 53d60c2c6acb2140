import dev.credenza.ktor.login.accessToken
import dev.credenza.ktor.login.credenzaLogin
import dev.credenza.ktor.login.session
import dev.credenza.ktor.login.signedIn
import io.ktor.http.ContentType
import io.ktor.server.application.ApplicationCall
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

private fun env(name: String): String? = System.getenv(name)?.takeIf(String::isNotEmpty)

fun main() {
    val port = env("PORT")?.toInt() ?: 8090
    val server = embeddedServer(Netty, configure = {
        connector {
            host = "127.0.0.1"
            this.port = port
        }
        // A session may fill several cookies.
        maxHeaderSize = 32_768
    }) {
        credenzaLogin {
            issuer = env("ISSUER")
            clientId = env("CLIENT_ID")
            clientSecret = env("CLIENT_SECRET")
            origin = env("ORIGIN") ?: "http://127.0.0.1:$port"
            secret = env("SECRET")
            env("SESSIONS")?.let { sessions = it }
            env("ENDED")?.let { ended = it }
            env("SCOPE")?.let { scope = it }
            resource = env("RESOURCE")
            maxAge = env("MAX_AGE")?.toLong()
            acrValues = env("ACR_VALUES").orEmpty().split(' ').filter(String::isNotEmpty)
        }
        routing {
            get("/") { call.respondText("public") }
            signedIn {
                get("/protected/{...}") {
                    call.respondText("<!doctype html><p>${call.session?.sub}</p>", ContentType.Text.Html)
                }
                get("/me") { call.respondJson(describe(call)) }
                get("/token") {
                    val token = call.accessToken() ?: return@get
                    call.respondJson(buildJsonObject { put("access_token", token) })
                }
            }
        }
    }
    server.start()
    println("listening on http://127.0.0.1:$port")
    Thread.currentThread().join()
}

private fun describe(call: ApplicationCall) = buildJsonObject {
    val session = checkNotNull(call.session)
    put("sub", session.sub)
    put("sid", session.sid)
    put("name", session.name)
    put("email", session.email)
    put("acr", session.acr)
    put("auth_time", session.authTime)
}

private suspend fun ApplicationCall.respondJson(body: JsonObject) =
    respondText(body.toString(), ContentType.Application.Json)
