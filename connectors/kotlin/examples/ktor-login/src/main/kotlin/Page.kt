import dev.credenza.ktor.login.credenzaLogin
import dev.credenza.ktor.login.session
import dev.credenza.ktor.login.signedIn
import io.ktor.http.ContentType
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing

fun main() {
    embeddedServer(Netty, configure = {
        connector { port = System.getenv("PORT")?.toInt() ?: 8090 }
        maxHeaderSize = 32_768
    }) {
        credenzaLogin {
            issuer = System.getenv("ISSUER") ?: "http://localhost:8080"
            clientId = System.getenv("CLIENT_ID")
            clientSecret = System.getenv("CLIENT_SECRET")
            origin = System.getenv("ORIGIN") ?: "http://localhost:8090"
            secret = System.getenv("SECRET")
        }
        routing {
            signedIn {
                get("/hello") {
                    val form = "<form method=post action=/auth/logout><button>Sign out</button></form>"
                    call.respondText("<p>Hello, ${call.session?.sub}$form", ContentType.Text.Html)
                }
            }
        }
    }.start(wait = true)
}
