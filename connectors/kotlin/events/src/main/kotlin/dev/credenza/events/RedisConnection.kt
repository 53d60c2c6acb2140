package dev.credenza.events

import io.lettuce.core.RedisClient
import io.lettuce.core.RedisFuture
import io.lettuce.core.api.StatefulRedisConnection
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withTimeout
import java.time.Duration

/** How long an answer of Redis is waited for. */
internal val REDIS_TIMEOUT: Duration = Duration.ofSeconds(5)

/** A connection of one's own, made when it is needed first, and anew when it was lost. */
internal class RedisConnection(private val client: RedisClient) : AutoCloseable {
    private var connection: StatefulRedisConnection<String, String>? = null

    /** The connection. May block, and throws a `RedisException` while Redis is away. */
    @Synchronized
    fun get(): StatefulRedisConnection<String, String> {
        connection?.takeIf { it.isOpen }?.let { return it }
        // Lettuce would come back to it later and later.
        close()
        return client.connect().also {
            it.timeout = REDIS_TIMEOUT
            connection = it
        }
    }

    @Synchronized
    override fun close() {
        connection?.closeAsync()
        connection = null
    }
}

internal suspend fun <T> RedisFuture<T>.answer(): T = withTimeout(REDIS_TIMEOUT.toMillis()) { await() }
