package dev.credenza.events

import java.time.Clock
import java.time.Duration

/** How far an event is. */
public enum class Progress {
    /** Nobody has handled it: whoever asked does. */
    NEW,

    /** Another is handling it. */
    UNDER_WAY,

    /** It was handled. */
    DONE,
}

/** Remembers which events were handled, so that none is twice. Each method may block. */
public interface Seen : AutoCloseable {
    /** Claims an event for as long as [lease], unless it was handled or is being handled by another. */
    public fun begin(id: String, lease: Duration): Progress

    /** Remembers an event as handled. */
    public fun finish(id: String, keep: Duration)

    /** Gives an event back that could not be handled. */
    public fun abandon(id: String)

    override fun close() {}
}

/**
 * Remembers in this process, for one instance.
 *
 * @param capacity how many events are remembered; the oldest makes room.
 */
public class MemorySeen @JvmOverloads constructor(
    private val capacity: Int = 100_000,
    private val clock: Clock = Clock.systemUTC(),
) : Seen {
    private class State(val progress: Progress, val until: Long)

    private val kept = object : LinkedHashMap<String, State>() {
        override fun removeEldestEntry(eldest: Map.Entry<String, State>): Boolean = size > capacity
    }

    @Synchronized
    override fun begin(id: String, lease: Duration): Progress {
        kept[id]?.takeIf { clock.millis() < it.until }?.let { return it.progress }
        put(id, Progress.UNDER_WAY, lease)
        return Progress.NEW
    }

    @Synchronized
    override fun finish(id: String, keep: Duration): Unit = put(id, Progress.DONE, keep)

    @Synchronized
    override fun abandon(id: String) {
        kept.remove(id)
    }

    private fun put(id: String, progress: Progress, span: Duration) {
        // Anew, so that it is among the youngest.
        kept.remove(id)
        kept[id] = State(progress, clock.millis() + span.toMillis())
    }
}
