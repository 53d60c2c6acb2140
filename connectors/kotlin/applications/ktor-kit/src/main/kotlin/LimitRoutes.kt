import dev.credenza.ktor.kit.gate
import dev.credenza.ktor.kit.respondJson
import dev.credenza.ktor.protect
import io.ktor.server.routing.Route
import io.ktor.server.routing.get

fun Route.limitRoutes(parts: Parts) = protect {
    gate(parts.limits.gate()) {
        get("/limited") { call.respondJson(mapOf("ok" to true)) }
    }
}
