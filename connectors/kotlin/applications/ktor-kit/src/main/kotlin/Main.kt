import dev.credenza.ktor.credenza
import dev.credenza.ktor.kit.CredenzaKit
import dev.credenza.ktor.kit.health
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.routing.routing

/** The application that the shared cases of the kit are run against. */
fun main() {
    val port = env("PORT")?.toInt() ?: 8090
    val parts = Parts(port)
    val streamed = Handled()
    val server = embeddedServer(Netty, port, "127.0.0.1") { serve(parts, streamed) }
    server.start()
    val consumers = consumers(streamed)
    Runtime.getRuntime().addShutdownHook(Thread { consumers.forEach(AutoCloseable::close) })
    parts.warm()
    println("listening on http://127.0.0.1:$port")
    Thread.currentThread().join()
}

private fun Application.serve(parts: Parts, streamed: Handled) {
    install(CredenzaKit) {
        origin = parts.origin
        bodyLimit = 1_024
    }
    install(Authentication) { credenza(guard = parts.guard) }
    routing {
        health(parts.health)
        bodyRoutes()
        timeRoutes()
        itemsRoutes(parts)
        limitRoutes(parts)
        accessRoutes(parts)
        serviceRoutes()
        eventRoutes(parts.features, streamed)
    }
}
