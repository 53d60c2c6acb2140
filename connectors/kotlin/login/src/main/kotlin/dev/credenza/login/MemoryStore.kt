package dev.credenza.login

import java.time.Clock
import java.time.Duration

/**
 * Keeps sessions in this process: for one instance, and until it ends.
 *
 * @param capacity how many are kept; the one that was not used for longest makes room.
 */
public class MemoryStore @JvmOverloads constructor(
    private val capacity: Int = 100_000,
    private val clock: Clock = Clock.systemUTC(),
) : SessionStore {
    private val entries = object : LinkedHashMap<String, Entry>(16, 0.75f, true) {
        override fun removeEldestEntry(eldest: Map.Entry<String, Entry>): Boolean =
            (size > capacity || eldest.value.expiresAt <= clock.millis()).also {
                if (it) forget(eldest.key, eldest.value)
            }
    }
    private val named = HashMap<String, MutableSet<String>>()
    private val locks = HashMap<String, Lock>()

    @Synchronized
    override fun get(key: String): String? {
        val entry = entries[key] ?: return null
        if (entry.expiresAt > clock.millis()) return entry.value
        delete(key)
        return null
    }

    @Synchronized
    override fun put(key: String, value: String, names: List<String>, lifetime: Duration) {
        delete(key)
        names.forEach { named.getOrPut(it, ::HashSet).add(key) }
        entries[key] = Entry(value, names, clock.millis() + lifetime.toMillis())
    }

    @Synchronized
    override fun replace(key: String, value: String, lifetime: Duration): Boolean {
        get(key) ?: return false
        put(key, value, entries.getValue(key).names, lifetime)
        return true
    }

    @Synchronized
    override fun delete(key: String) {
        entries.remove(key)?.let { forget(key, it) }
    }

    @Synchronized
    override fun deleteBy(name: String) {
        named[name]?.toList()?.forEach(::delete)
    }

    @Synchronized
    override fun lock(key: String, lifetime: Duration): AutoCloseable? {
        val now = clock.millis()
        if ((locks[key]?.expiresAt ?: 0) > now) return null
        if (locks.size >= MANY) locks.values.removeIf { it.expiresAt <= now }
        return Lock(key, now + lifetime.toMillis()).also { locks[key] = it }
    }

    private fun forget(key: String, entry: Entry) {
        for (name in entry.names) {
            val keys = named[name] ?: continue
            keys.remove(key)
            if (keys.isEmpty()) named.remove(name)
        }
    }

    private class Entry(val value: String, val names: List<String>, val expiresAt: Long)

    private companion object {
        /** From so many locks on, those that have ended are removed. */
        const val MANY = 1_000
    }

    private inner class Lock(private val key: String, val expiresAt: Long) : AutoCloseable {
        override fun close(): Unit = synchronized(this@MemoryStore) { locks.remove(key, this) }
    }
}
