import dev.credenza.connectors.Needs
import dev.credenza.kit.Health
import dev.credenza.kit.MemoryCounters
import dev.credenza.kit.Rate
import dev.credenza.kit.RateLimits
import dev.credenza.ktor.caller
import dev.credenza.ktor.credenza
import dev.credenza.ktor.guard
import dev.credenza.ktor.kit.CredenzaKit
import dev.credenza.ktor.kit.gate
import dev.credenza.ktor.kit.health
import dev.credenza.ktor.protect
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import java.time.Duration

fun main() {
    val guard = guard {
        issuer = System.getenv("ISSUER") ?: "http://localhost:8080"
        audience = "https://api.example"
    }
    val limits = RateLimits(MemoryCounters(), Rate.perCaller(100, Duration.ofMinutes(1)))
    embeddedServer(CIO, port = System.getenv("PORT")?.toInt() ?: 8090) {
        install(CredenzaKit) { origin = "https://api.example" }
        install(Authentication) { credenza(guard = guard) }
        routing {
            health(Health(mapOf("issuer" to Health.issuer(guard))))
            protect(Needs.scopes("orders:read")) {
                gate(limits.gate()) {
                    get("/orders") { call.respondText("Hello, ${call.caller?.sub}") }
                }
            }
        }
    }.start(wait = true)
}
