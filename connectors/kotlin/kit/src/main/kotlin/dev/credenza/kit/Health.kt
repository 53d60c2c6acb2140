package dev.credenza.kit

import dev.credenza.connectors.Guard
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withTimeout
import org.slf4j.LoggerFactory
import java.time.Duration

/** Whether something that a service depends on is there. */
public fun interface Check {
    /** Returns where it is, and throws where it is not. It may wait; it is interrupted after two seconds. */
    @Throws(Exception::class)
    public fun check()
}

/**
 * What is answered about health.
 *
 * @property status 200 or 503.
 * @property body JSON.
 */
public class HealthAnswer internal constructor(public val status: Int, public val body: String)

/**
 * Whether this process lives, and whether it can do its work. What has failed is told to the log, not to clients.
 *
 * @param checks what this service depends on, by name. Each is made at most once a second, however many ask.
 */
public class Health(checks: Map<String, Check>) {
    private val checks = checks.map { (name, check) -> Asked(name, check) }

    /** The process lives: for `GET /livez`. */
    public val live: HealthAnswer = HealthAnswer(OK, """{"status":"ok"}""")

    /** Every check, at the same time: for `GET /readyz`. */
    @JvmSynthetic
    public suspend fun ready(): HealthAnswer {
        val results = checks.map { it.name to it.result() }.associate { (name, result) -> name to result.await() }
        val isReady = results.values.all { it == "ok" }
        val body = mapOf("status" to if (isReady) "ok" else "unavailable", "checks" to results)
        return HealthAnswer(if (isReady) OK else UNAVAILABLE, JsonText.write(body))
    }

    /** As [ready], on this thread, which may be virtual. */
    public fun readyBlocking(): HealthAnswer = runBlocking { ready() }

    private class Asked(val name: String, private val check: Check) {
        private var until = 0L
        private var result: Deferred<String>? = null

        @Synchronized
        fun result(): Deferred<String> {
            val now = System.nanoTime()
            result?.takeIf { until - now > 0 || !it.isCompleted }?.let { return it }
            until = now + FRESH.toNanos()
            return SCOPE.async { tried() }.also { result = it }
        }

        private suspend fun tried(): String = try {
            withTimeout(PATIENCE.toMillis()) { runInterruptible { check.check() } }
            "ok"
        } catch (failure: Exception) {
            val reason = if (failure is CancellationException) "it took too long" else failure.toString()
            LOGGER.warn("not ready: {}: {}", name, reason)
            "failed"
        }
    }

    public companion object {
        private val PATIENCE = Duration.ofSeconds(2)
        private val FRESH = Duration.ofSeconds(1)
        private const val OK = 200
        private val SCOPE = CoroutineScope(SupervisorJob() + Dispatchers.IO)
        private val LOGGER = LoggerFactory.getLogger(Health::class.java)!!

        /** Whether the issuers of a guard are there, whose keys are needed to decide about tokens. */
        @JvmStatic
        public fun issuer(guard: Guard): Check = Check { guard.issuers.forEach { it.validator.readyBlocking() } }
    }
}
