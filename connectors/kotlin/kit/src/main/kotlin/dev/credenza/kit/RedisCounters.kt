package dev.credenza.kit

import io.lettuce.core.ClientOptions
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.ScriptOutputType
import io.lettuce.core.SocketOptions
import io.lettuce.core.api.StatefulRedisConnection
import io.lettuce.core.codec.StringCodec
import io.lettuce.core.resource.ClientResources
import io.lettuce.core.resource.DefaultClientResources
import io.lettuce.core.resource.Delay
import java.security.MessageDigest
import java.time.Duration
import java.util.Base64
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeUnit

/**
 * Counts in Redis, for all instances; while Redis does not answer, this process counts by itself. `io.lettuce:lettuce-core`
 * has to be among the dependencies. Redis may be away when this is made.
 *
 * @param url `redis://…` or `rediss://…`, with a user and a password where needed.
 * @param prefix what the keys begin with.
 */
public class RedisCounters @JvmOverloads constructor(url: String, private val prefix: String = "credenza:rate:") :
    Counters {
    private val uri = RedisURI.create(url).apply { timeout = PATIENCE }
    private val resources: ClientResources =
        DefaultClientResources.builder().reconnectDelay(Delay.constant(RECONNECT)).build()
    private val client: RedisClient = RedisClient.create(resources).apply {
        options = ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .socketOptions(SocketOptions.builder().connectTimeout(PATIENCE).build())
            .build()
    }
    private val memory = MemoryCounters()
    private var connecting = connect()

    @Volatile
    private var restsUntil = System.nanoTime()

    override fun take(counted: List<Counted>): CompletionStage<Taken> {
        if (restsUntil - System.nanoTime() > 0) return memory.take(counted)
        return connection().thenCompose { taken(it, counted) }
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .handle { taken, error ->
                if (error == null) return@handle CompletableFuture.completedFuture(taken)
                // Nobody waits for it again at once.
                restsUntil = System.nanoTime() + COOLDOWN.toNanos()
                memory.take(counted)
            }.thenCompose { it }
    }

    /** Whether Redis is there: a check of [Health]. Throws where it is not. */
    public fun ping() {
        val answer = connection().thenCompose { it.async().ping() }
        answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
    }

    override fun close() {
        client.shutdown()
        resources.shutdown()
    }

    private fun connect(): CompletableFuture<StatefulRedisConnection<String, String>> =
        client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture()

    /** Once there is a connection, lettuce itself restores it; only the first one has to be tried again. */
    @Synchronized
    private fun connection(): CompletableFuture<StatefulRedisConnection<String, String>> {
        if (connecting.isCompletedExceptionally) connecting = connect()
        return connecting.copy()
    }

    private fun taken(
        connection: StatefulRedisConnection<String, String>,
        counted: List<Counted>,
    ): CompletionStage<Taken> {
        val keys = counted.map { prefix + hash(it.key) }.toTypedArray()
        val told = counted.flatMap { listOf(it.quota.toString(), it.window.toMillis().toString()) }.toTypedArray()
        return connection.async().eval<List<Long>>(SCRIPT, ScriptOutputType.MULTI, keys, *told).thenApply { found ->
            val counts = found.drop(1).chunked(2) { (count, left) -> Count(count.toInt(), Duration.ofMillis(left)) }
            Taken(found.first() == 1L, counts)
        }
    }

    private fun hash(key: String): String = Base64.getUrlEncoder().withoutPadding()
        .encodeToString(MessageDigest.getInstance("SHA-256").digest(key.toByteArray()))

    private companion object {
        val PATIENCE: Duration = Duration.ofSeconds(1)
        val COOLDOWN: Duration = Duration.ofSeconds(1)
        val RECONNECT: Duration = Duration.ofMillis(250)

        /** In one step, so that of two requests for the last place one wins. ARGV has quota and window of each key. */
        val SCRIPT = """
            local counts, taken = {}, 1
            for at, key in ipairs(KEYS) do
              counts[at] = tonumber(redis.call('GET', key) or '0')
              if counts[at] >= tonumber(ARGV[2 * at - 1]) then taken = 0 end
            end
            local found = { taken }
            for at, key in ipairs(KEYS) do
              if taken == 1 then counts[at] = redis.call('INCR', key) end
              local left = redis.call('PTTL', key)
              if left < 0 then
                left = tonumber(ARGV[2 * at])
                if taken == 1 then redis.call('PEXPIRE', key, left) end
              end
              found[2 * at], found[2 * at + 1] = counts[at], left
            end
            return found
        """.trimIndent()
    }
}
