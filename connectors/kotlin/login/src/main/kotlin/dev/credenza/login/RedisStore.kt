package dev.credenza.login

import io.lettuce.core.ClientOptions
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.ScriptOutputType
import io.lettuce.core.SetArgs
import io.lettuce.core.SocketOptions
import io.lettuce.core.api.StatefulRedisConnection
import io.lettuce.core.api.sync.RedisCommands
import io.lettuce.core.resource.ClientResources
import io.lettuce.core.resource.DefaultClientResources
import io.lettuce.core.resource.Delay
import java.time.Duration

/**
 * Keeps sessions in Redis, for all instances. `io.lettuce:lettuce-core` has to be among the dependencies. Redis may be away
 * when this is made.
 *
 * @param url `redis://…` or `rediss://…`, with a user and a password where needed.
 * @param prefix what the keys begin with.
 */
public class RedisStore @JvmOverloads constructor(url: String, private val prefix: String = "credenza:") :
    SessionStore {
    private val resources: ClientResources =
        DefaultClientResources.builder().reconnectDelay(Delay.constant(RECONNECT)).build()
    private val client: RedisClient = RedisClient.create(
        resources,
        RedisURI.create(url).apply {
            timeout = TIMEOUT
        },
    ).apply {
        options = ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
            .build()
    }
    private var connection: StatefulRedisConnection<String, String>? = null

    override fun get(key: String): String? = commands().get(prefix + key)

    override fun put(key: String, value: String, names: List<String>, lifetime: Duration) {
        val redis = commands()
        redis.set(prefix + key, value, SetArgs.Builder.px(lifetime.toMillis()))
        for (name in names) {
            redis.sadd(prefix + name, key)
            redis.pexpire(prefix + name, lifetime.toMillis())
        }
    }

    override fun replace(key: String, value: String, lifetime: Duration): Boolean =
        commands().set(prefix + key, value, SetArgs.Builder.xx().px(lifetime.toMillis())) != null

    override fun delete(key: String) {
        commands().del(prefix + key)
    }

    override fun deleteBy(name: String) {
        val redis = commands()
        val keys = redis.smembers(prefix + name).map { prefix + it }
        redis.del(prefix + name, *keys.toTypedArray())
    }

    override fun lock(key: String, lifetime: Duration): AutoCloseable? {
        val (name, token) = prefix + "lock:" + key to randomText()
        commands().set(name, token, SetArgs.Builder.nx().px(lifetime.toMillis())) ?: return null
        // Only one's own: it may have ended, and another may have it.
        return AutoCloseable { commands().eval<Long>(RELEASE, ScriptOutputType.INTEGER, arrayOf(name), token) }
    }

    override fun close() {
        client.shutdown()
        resources.shutdown()
    }

    @Synchronized
    private fun commands(): RedisCommands<String, String> =
        (connection ?: client.connect().also { connection = it }).sync()

    private companion object {
        val TIMEOUT: Duration = Duration.ofSeconds(5)
        val RECONNECT: Duration = Duration.ofMillis(250)
        const val RELEASE =
            "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
    }
}
