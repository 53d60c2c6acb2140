package dev.credenza.events

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.time.Duration

/** How often an event is tried. */
internal const val MAX_TRIES = 10L

/** For how long it is remembered that an event was handled: senders try again for a day or so. */
internal val KEEP: Duration = Duration.ofDays(3)

private val FIRST_PAUSE: Duration = Duration.ofMillis(100)
private val LAST_PAUSE: Duration = Duration.ofSeconds(5)
private const val MOST_DOUBLED = 10

/** How long an event waits after so many tries: twice as long each time. */
internal fun pauseAfter(tries: Long): Duration =
    minOf(FIRST_PAUSE.multipliedBy(1L shl tries.coerceIn(0, MOST_DOUBLED.toLong()).toInt()), LAST_PAUSE)

/** The handler took too long. */
internal class TooSlowException(limit: Duration) : Exception("it was not handled within $limit")

/** Another has the event, and may fail yet. */
internal class UnderWayException : Exception("another consumer is handling it")

/**
 * Has an event handled within [limit], unless it was before. Returns what it was before: with [Progress.NEW], it has been
 * handled now. Throws what the handler throws, and gives the event back then.
 */
internal suspend fun handled(seen: Seen, event: Event, limit: Duration, handler: suspend (Event) -> Unit): Progress {
    // Others wait a little longer than the handler has.
    val progress = withContext(Dispatchers.IO) { seen.begin(event.id, limit.multipliedBy(2)) }
    if (progress != Progress.NEW) return progress
    try {
        withTimeout(limit.toMillis()) { handler(event) }
    } catch (late: TimeoutCancellationException) {
        abandon(seen, event)
        throw TooSlowException(limit).apply { initCause(late) }
    } catch (failure: Throwable) {
        abandon(seen, event)
        throw failure
    }
    withContext(NonCancellable + Dispatchers.IO) { seen.finish(event.id, KEEP) }
    return Progress.NEW
}

/** Where that fails too, the lease runs out. */
private suspend fun abandon(seen: Seen, event: Event) {
    withContext(NonCancellable + Dispatchers.IO) { runCatching { seen.abandon(event.id) } }
}
