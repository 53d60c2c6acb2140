package dev.credenza.login

import java.time.Duration

/**
 * Keeps sessions for all instances of an application. Keys are hashes, and values are sealed: whoever reads the store can
 * use neither. Each method may block; what it throws is answered by 503, and ends no session.
 */
public interface SessionStore : AutoCloseable {
    /** The value of a key; null where it is absent or has expired. */
    public fun get(key: String): String?

    /** Keeps a value for so long, to be found again by each of [names]. */
    public fun put(key: String, value: String, names: List<String>, lifetime: Duration)

    /** Replaces the value of a key that is there, which keeps its names; false where it is not there any more. */
    public fun replace(key: String, value: String, lifetime: Duration): Boolean

    /** Removes a key. */
    public fun delete(key: String)

    /** Removes all keys with this name. */
    public fun deleteBy(name: String)

    /** Takes a lock that ends by itself after so long; null where another has it. Closing it gives it back. */
    public fun lock(key: String, lifetime: Duration): AutoCloseable?

    override fun close() {}
}

/** The store that a setting names: `memory`, or the URL of a Redis server. */
internal fun storeOf(setting: String, value: String): SessionStore = when {
    value == "memory" -> MemoryStore()
    value.startsWith("redis://") || value.startsWith("rediss://") -> RedisStore(value)
    else -> throw LoginSettingException(setting, "has to be memory or the URL of a Redis server")
}
