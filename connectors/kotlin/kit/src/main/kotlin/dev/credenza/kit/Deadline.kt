package dev.credenza.kit

import java.time.Duration
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.TimeUnit

/**
 * How long a handler may take to begin its answer. The limit of a route replaces that of the application, and begins anew.
 *
 * @param over what ends the handler; called once, from another thread.
 */
public class Deadline(private val over: () -> Unit) {
    private var timer: ScheduledFuture<*>? = null
    private var isDone = false

    /** Whether the time is over: then the request is answered by [Problem.timeout]. */
    @get:Synchronized
    public var isOver: Boolean = false
        private set

    /** Begins anew, with so much time. Where it is over already, it stays so. */
    @Synchronized
    public fun set(limit: Duration) {
        timer?.cancel(false)
        if (!isDone && !isOver) timer = TIMERS.schedule(::end, limit.toNanos(), TimeUnit.NANOSECONDS)
    }

    /** The answer has begun, or the handler has ended: nothing ends it from here on. */
    @Synchronized
    public fun stop() {
        isDone = true
        timer?.cancel(false)
    }

    @Synchronized
    private fun end() {
        if (isDone || isOver) return
        isOver = true
        over()
    }

    private companion object {
        val TIMERS = ScheduledThreadPoolExecutor(1) { work ->
            Thread(work, "credenza-kit-timers").apply { isDaemon = true }
        }.apply { removeOnCancelPolicy = true }
    }
}
