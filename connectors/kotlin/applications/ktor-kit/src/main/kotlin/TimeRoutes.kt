import dev.credenza.ktor.kit.respondJson
import dev.credenza.ktor.kit.timeLimit
import io.ktor.server.routing.Route
import io.ktor.server.routing.RoutingCall
import io.ktor.server.routing.get
import kotlinx.coroutines.delay
import java.time.Duration

fun Route.timeRoutes() {
    timeLimit(Duration.ofMillis(300)) {
        get("/slow") { call.wait() }
        timeLimit(Duration.ofSeconds(1)) {
            get("/slower") { call.wait() }
        }
    }
    get("/fail") { error("inside-of-the-handler") }
}

private suspend fun RoutingCall.wait() {
    val milliseconds = request.queryParameters["ms"]?.toLongOrNull() ?: 0
    delay(milliseconds)
    respondJson(mapOf("ms" to milliseconds))
}
