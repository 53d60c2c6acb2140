package bench

import com.auth0.jwk.JwkProviderBuilder
import dev.credenza.connectors.Needs
import dev.credenza.ktor.credenza
import dev.credenza.ktor.protect
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.jwt.JWTPrincipal
import io.ktor.server.auth.jwt.jwt
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import java.net.URI
import java.util.concurrent.TimeUnit

private const val API = "https://api.example"
private val issuerName = System.getenv("ISSUER")

/** One route: `bare`, `guarded`, or behind the `usual` provider for JWTs. */
fun main(arguments: Array<String>) {
    embeddedServer(CIO, port = System.getenv("SERVER_PORT").toInt(), host = "127.0.0.1") {
        when (arguments.single()) {
            "bare" -> routing { orders() }
            "guarded" -> guarded()
            "usual" -> usual()
        }
    }.start(wait = true)
}

private fun Route.orders() = get("/orders") { call.respondText("orders") }

private fun Application.guarded() {
    install(Authentication) {
        credenza {
            issuer = issuerName
            audience = API
        }
    }
    routing { protect(Needs.scopes("orders:read")) { orders() } }
}

private fun Application.usual() {
    val keys = JwkProviderBuilder(URI("$issuerName/jwks").toURL()).cached(10, 24, TimeUnit.HOURS).build()
    install(Authentication) {
        jwt {
            verifier(keys, issuerName) { withAudience(API) }
            validate { credential ->
                val scopes = credential.payload.getClaim("scope").asString().orEmpty().split(' ')
                if ("orders:read" in scopes) JWTPrincipal(credential.payload) else null
            }
        }
    }
    routing { authenticate { orders() } }
}
