// Chart 573: Events for Kotlin and Java: a Redis Stream | at least once, take-over, retries, dead letters, a consumer that leaves
package dev.credenza.events

import io.lettuce.core.Consumer
import io.lettuce.core.Range
import io.lettuce.core.RedisClient
import io.lettuce.core.XGroupCreateArgs
import io.lettuce.core.XReadArgs.StreamOffset
import io.lettuce.core.api.sync.RedisCommands
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.net.ServerSocket
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList

class RedisEventsTest {
    private val port = ServerSocket(0).use { it.localPort }
    private val server: Process
    private val client = RedisClient.create("redis://127.0.0.1:$port")
    private val handled = CopyOnWriteArrayList<String>()
    private val tries = ConcurrentHashMap<String, Int>()

    constructor(@TempDir folder: Path) {
        server = ProcessBuilder("redis-server", "--port", "$port", "--bind", "127.0.0.1", "--save", "")
            .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start()
    }

    @AfterEach
    fun stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2))
        server.destroy()
        server.waitFor()
    }

    /** Redis, as soon as it is there. */
    private val redis: RedisCommands<String, String> by lazy {
        eventually { runCatching { client.connect().sync() }.getOrNull() }
    }

    private fun <T> eventually(look: () -> T?): T {
        repeat(300) {
            look()?.let { return it }
            Thread.sleep(100)
        }
        return checkNotNull(look()) { "it did not come: $handled" }
    }

    private fun add(id: String, type: String = "user.created", body: String = """{"id":"$id","type":"$type"}""") =
        redis.xadd(STREAM, mapOf("id" to id, "type" to type, "tenant" to "acme", "body" to body))

    private fun consumer(name: String) = RedisEvents(
        RedisEventsConfig(client, STREAM).apply {
            consumer = name
            claimAfter = Duration.ofMillis(600)
        },
        EventHandler { event ->
            val made = tries.merge(event.id, 1, Int::plus) ?: 1
            check(event.type != "fails") { "it fails" }
            check(event.type != "fails_twice" || made > 2) { "it fails twice" }
            handled += event.id
        },
    )

    private fun isDone() = true.takeIf { redis.xpending(STREAM, "credenza").count == 0L }

    private fun dead() = redis.xrange("$STREAM:dead", Range.unbounded()).map { it.body }

    @Test
    fun `each event is handled once, what fails does not hold up others`() {
        add("left")
        redis.xgroupCreate(StreamOffset.from(STREAM, "0"), "credenza", XGroupCreateArgs())
        redis.xreadgroup(Consumer.from("credenza", "the-dead"), StreamOffset.lastConsumed(STREAM))
        val both = listOf(consumer("one"), consumer("two")).onEach(RedisEvents::start)
        add("again", "fails_twice")
        add("never", "fails")
        val ids = List(20) { "event-$it" }.onEach { add(it) }
        add("event-0")
        add("bad", body = "no JSON")
        eventually { true.takeIf { handled.containsAll(ids + "left" + "again") } }
        eventually { true.takeIf { dead().size == 2 } }
        eventually(::isDone)
        assertEquals(handled.toSet().size, handled.size, "each once: $handled")
        assertEquals(setOf("bad", "never"), dead().map { it["id"] }.toSet())
        assertEquals(mapOf("never" to 10, "again" to 3), tries.filterKeys { it in setOf("never", "again") })
        assertTrue(dead().all { it["error"].orEmpty().isNotEmpty() && it["tenant"] == "acme" })
        both.forEach(RedisEvents::close)
        assertEquals(1, redis.xinfoConsumers(STREAM, "credenza").size, "who has gone has left the group")
    }

    @Test
    fun `Redis may come late, and its data be lost`() {
        val late = consumer("late").apply { start() }
        add("first")
        eventually { true.takeIf { "first" in handled } }
        redis.flushall()
        add("second")
        eventually { true.takeIf { "second" in handled } }
        late.close()
    }

    private companion object {
        const val STREAM = "credenza:events"
    }
}
