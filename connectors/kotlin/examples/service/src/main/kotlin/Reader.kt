import dev.credenza.events.RedisEvents
import dev.credenza.events.RedisEventsConfig
import io.lettuce.core.RedisClient

fun main() {
    val redis = RedisClient.create(System.getenv("REDIS_URL") ?: "redis://localhost:6379")
    val config = RedisEventsConfig(redis, "credenza:events").apply { group = "mailings" }
    val events = RedisEvents(config) { event -> println("${event.type} ${event.subject}") }
    events.start()
    Runtime.getRuntime().addShutdownHook(Thread(events::close))
    Thread.currentThread().join()
}
