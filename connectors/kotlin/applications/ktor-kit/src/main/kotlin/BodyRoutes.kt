import dev.credenza.ktor.kit.bodyLimit
import dev.credenza.ktor.kit.receiveBody
import dev.credenza.ktor.kit.receiveJson
import dev.credenza.ktor.kit.respondJson
import io.ktor.server.routing.Route
import io.ktor.server.routing.post

private const val UPLOAD = 65_536L

fun Route.bodyRoutes() {
    post("/echo") { call.respondJson(call.receiveJson()) }
    bodyLimit(UPLOAD) {
        post("/upload") { call.respondJson(mapOf("bytes" to call.receiveBody().size)) }
    }
}
