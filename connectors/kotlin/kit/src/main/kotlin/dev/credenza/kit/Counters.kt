package dev.credenza.kit

import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage

/**
 * What is counted.
 *
 * @property key whose requests.
 * @property quota how many in one window.
 * @property window how long the window is, from its first request on.
 */
public class Counted(public val key: String, public val quota: Int, public val window: Duration)

/**
 * What was found under one key.
 *
 * @property count how many requests there are in the window.
 * @property resets when the window ends, from now on.
 */
public class Count(public val count: Int, public val resets: Duration)

/**
 * What was found under all keys of a request.
 *
 * @property isTaken whether the request was counted.
 * @property counts in the order of the keys.
 */
public class Taken(public val isTaken: Boolean, public val counts: List<Count>)

/** Counts requests by key. */
public interface Counters : AutoCloseable {
    /** Counts one more under every key, or under none of them when one is full. */
    public fun take(counted: List<Counted>): CompletionStage<Taken>

    override fun close() {}
}

/**
 * Counts in this process.
 *
 * @param capacity how many keys are counted; then those whose window is over make room, and then the oldest.
 * @param nanos a clock that only goes forward.
 */
public class MemoryCounters @JvmOverloads constructor(
    private val capacity: Int = 100_000,
    private val nanos: () -> Long = System::nanoTime,
) : Counters {
    private val windows = LinkedHashMap<String, Window>()

    override fun take(counted: List<Counted>): CompletionStage<Taken> =
        CompletableFuture.completedFuture(taken(counted))

    @Synchronized
    private fun taken(counted: List<Counted>): Taken {
        val now = nanos()
        val found = counted.map { window(it, now) }
        val isTaken = counted.indices.all { found[it].count < counted[it].quota }
        if (isTaken) found.forEach { it.count += 1 }
        return Taken(isTaken, found.map { Count(it.count, Duration.ofNanos(it.end - now)) })
    }

    private fun window(counted: Counted, now: Long): Window {
        windows[counted.key]?.takeIf { it.end - now > 0 }?.let { return it }
        windows.remove(counted.key)
        if (windows.size >= capacity) sweep(now)
        return Window(now + counted.window.toNanos()).also { windows[counted.key] = it }
    }

    private fun sweep(now: Long) {
        windows.values.removeIf { it.end - now <= 0 }
        val oldest = windows.keys.iterator()
        while (windows.size >= capacity && oldest.hasNext()) {
            oldest.next()
            oldest.remove()
        }
    }

    private class Window(val end: Long) {
        var count = 0
    }
}
