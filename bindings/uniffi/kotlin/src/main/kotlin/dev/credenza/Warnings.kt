package dev.credenza

import java.time.Clock
import java.util.concurrent.ConcurrentHashMap
import kotlin.math.abs

/** What is logged: each cause at most once a minute, however many requests it meets. */
internal class Warnings(private val log: Log, private val clock: Clock) {
    private val last = ConcurrentHashMap<String, Long>()

    /** Something that was fetched cannot be used, or could not be fetched. */
    fun of(trouble: Trouble, failure: Exception? = null) {
        if (isDue("${trouble.cause} ${trouble.url}")) write(System.Logger.Level.WARNING, "$trouble", failure)
    }

    /** A refusal. Of one for want of keys, the trouble is what matters. */
    fun of(denied: Denied) {
        val trouble = denied.detail.trouble
        when {
            denied.status == UNAVAILABLE && trouble != null -> of(trouble)
            isDue(denied.rule) -> write(System.Logger.Level.INFO, "refused by ${denied.rule}: ${denied.detail}", null)
        }
    }

    /** A log that fails does not decide on requests. */
    private fun write(level: System.Logger.Level, text: String, failure: Exception?) {
        runCatching { log.log(level, text, failure) }
    }

    private fun isDue(cause: String): Boolean {
        val now = clock.millis()
        var isDue = false
        if (last.size >= MAX_CAUSES) last.clear()
        last.compute(cause) { _, before ->
            isDue = before == null || abs(now - before) >= INTERVAL_MILLIS
            if (isDue) now else before
        }
        return isDue
    }

    private companion object {
        const val INTERVAL_MILLIS = 60_000L
        const val MAX_CAUSES = 1_000
        const val UNAVAILABLE = 503
    }
}
