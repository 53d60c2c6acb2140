import dev.credenza.connectors.Needs
import dev.credenza.ktor.caller
import dev.credenza.ktor.credenza
import dev.credenza.ktor.protect
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing

fun main() {
    embeddedServer(CIO, port = System.getenv("PORT")?.toInt() ?: 8090) {
        install(Authentication) {
            credenza {
                issuer = System.getenv("ISSUER") ?: "http://localhost:8080"
                audience = "https://api.example"
            }
        }
        routing {
            protect(Needs.scopes("orders:read")) {
                get("/orders") { call.respondText("Hello, ${call.caller?.sub}") }
            }
        }
    }.start(wait = true)
}
