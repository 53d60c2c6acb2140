import dev.credenza.ktor.kit.exchange
import dev.credenza.ktor.kit.respondJson
import dev.credenza.ktor.protect
import io.ktor.server.routing.Route
import io.ktor.server.routing.get

private val ITEMS = (1..500).map { mapOf("id" to it, "kind" to if (it % 2 == 0) "even" else "odd") }

fun Route.itemsRoutes(parts: Parts) = protect {
    get("/items") {
        val page = parts.pages.of(call.exchange, "kind")
        val kind = page.filters["kind"]
        val rest = ITEMS.drop(page.position?.toInt() ?: 0).filter { kind == null || it["kind"] == kind }
        val items = rest.take(page.limit)
        val next = if (rest.size > items.size) items.last()["id"].toString() else null
        call.respondJson(page.envelope(items, next))
    }
}
