import dev.credenza.events.Event
import dev.credenza.events.EventHandler
import dev.credenza.events.NatsEvents
import dev.credenza.events.NatsEventsConfig
import dev.credenza.events.RedisEvents
import dev.credenza.events.RedisEventsConfig
import dev.credenza.events.Webhooks
import dev.credenza.kit.Features
import dev.credenza.kit.Problem
import dev.credenza.ktor.kit.bodyLimit
import dev.credenza.ktor.kit.respondJson
import io.ktor.http.HttpStatusCode
import io.ktor.server.request.receive
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.lettuce.core.RedisClient
import io.nats.client.Options
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap

/** The ids of events that were handled, in order, each once. */
class Handled {
    private val ids = LinkedHashSet<String>()

    @Synchronized
    fun add(id: String) {
        ids.add(id)
    }

    @Synchronized
    fun list(): List<String> = ids.toList()
}

/** Webhooks, and what was handled. */
fun Route.eventRoutes(features: Features, streamed: Handled) {
    val hooked = Handled()
    val webhooks = env("WEBHOOK_SECRETS")?.let { Webhooks(it.split(',')) }
    if (webhooks != null) {
        bodyLimit(1_048_576) {
            post("/hooks/credenza") {
                val headers = { name: String -> call.request.headers.getAll(name).orEmpty() }
                val answer = webhooks.receive(headers, call.receive<ByteArray>()) { event ->
                    if (event.type == "features.changed") features.drop(planOf(event))
                    hooked.add(event.id)
                }
                answer.problem?.let {
                    val fields = answer.retryAfter?.let { seconds -> mapOf("Retry-After" to "$seconds") }.orEmpty()
                    throw Problem(answer.status, it, headers = fields)
                }
                call.respond(HttpStatusCode.fromValue(answer.status))
            }
        }
    }
    get("/hooks/seen") { call.respondJson(hooked.list()) }
    get("/events/seen") { call.respondJson(streamed.list()) }
}

private fun planOf(event: Event): String? =
    event.data?.let { Json.parseToJsonElement(it).jsonObject["plan"]?.jsonPrimitive?.contentOrNull }

/** Reads the streams that the environment names, until they are closed. */
fun consumers(streamed: Handled): List<AutoCloseable> {
    val tries = ConcurrentHashMap<String, Int>()
    val handler = EventHandler { event ->
        // These fail on purpose.
        val made = tries.merge(event.id, 1, Int::plus) ?: 1
        check(event.type != "test.fails") { "it fails" }
        check(event.type != "test.fails_twice" || made > 2) { "it fails twice" }
        streamed.add(event.id)
    }
    val redis = env("STREAM")?.let { stream ->
        val config = RedisEventsConfig(RedisClient.create(env("REDIS_URL") ?: error("REDIS_URL is needed")), stream)
        env("GROUP")?.let { config.group = it }
        env("CLAIM_AFTER_MS")?.let { config.claimAfter = Duration.ofMillis(it.toLong()) }
        RedisEvents(config, handler).apply { start() }
    }
    val nats = env("NATS_STREAM")?.let { stream ->
        val config = NatsEventsConfig(Options.builder().server(env("NATS_URL") ?: error("NATS_URL is needed")).build())
        config.stream = stream
        env("GROUP")?.let { config.durable = it }
        NatsEvents(config, handler).apply { start() }
    }
    return listOfNotNull(redis, nats)
}
