import dev.credenza.kit.Problem
import dev.credenza.ktor.caller
import dev.credenza.ktor.kit.gate
import dev.credenza.ktor.kit.respondJson
import dev.credenza.ktor.protect
import io.ktor.server.routing.Route
import io.ktor.server.routing.get

fun Route.accessRoutes(parts: Parts) = protect {
    gate(parts.roles.requires("items:write")) {
        get("/edit") { call.respondJson(mapOf("ok" to true)) }
    }
    gate(parts.plans.requires("pro", "enterprise")) {
        get("/reports") { call.respondJson(mapOf("ok" to true)) }
    }
    gate(parts.features.requires("exports")) {
        get("/exports") { call.respondJson(mapOf("ok" to true)) }
    }
    get("/projects") {
        val used = call.request.queryParameters["used"]?.toLongOrNull()
            ?: throw Problem(400, "invalid_parameter", "used has to be a whole number.")
        parts.features.within(call.caller, "projects", used)
        call.respondJson(mapOf("used" to used))
    }
}
