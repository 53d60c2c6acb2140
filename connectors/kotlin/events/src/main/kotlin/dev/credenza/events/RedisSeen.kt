package dev.credenza.events

import io.lettuce.core.RedisClient
import io.lettuce.core.SetArgs
import io.lettuce.core.api.sync.RedisCommands
import java.security.MessageDigest
import java.time.Duration

/**
 * Remembers in Redis, for all instances. `io.lettuce:lettuce-core` has to be among the dependencies. Redis may be away when
 * this is made.
 *
 * @param client the server.
 * @param name tells apart what handles the same events for other purposes.
 * @param prefix what the keys begin with.
 */
public class RedisSeen @JvmOverloads constructor(
    client: RedisClient,
    private val name: String,
    private val prefix: String = "credenza:event:",
) : Seen {
    private val connection = RedisConnection(client)

    override fun begin(id: String, lease: Duration): Progress {
        val redis = commands()
        val args = SetArgs.Builder.nx().px(lease.toMillis())
        return when {
            redis.set(key(id), UNDER_WAY, args) != null -> Progress.NEW
            redis.get(key(id)) == DONE -> Progress.DONE
            else -> Progress.UNDER_WAY
        }
    }

    override fun finish(id: String, keep: Duration) {
        commands().set(key(id), DONE, SetArgs.Builder.px(keep.toMillis()))
    }

    override fun abandon(id: String) {
        commands().del(key(id))
    }

    override fun close(): Unit = connection.close()

    /** What an event is called is up to its sender: a hash has a length of its own. */
    private fun key(id: String): String {
        val hash = MessageDigest.getInstance("SHA-256").digest("$name\u0000$id".toByteArray())
        return prefix + hash.joinToString("") { "%02x".format(it) }
    }

    private fun commands(): RedisCommands<String, String> = connection.get().sync()

    private companion object {
        const val UNDER_WAY = "under way"
        const val DONE = "done"
    }
}
