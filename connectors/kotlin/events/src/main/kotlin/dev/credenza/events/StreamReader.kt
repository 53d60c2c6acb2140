package dev.credenza.events

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeoutOrNull
import org.slf4j.Logger
import org.slf4j.LoggerFactory
import java.time.Duration
import java.util.concurrent.CancellationException

/** Reads a stream until it is closed. Whatever its server does is tried again. */
internal abstract class StreamReader(private val stream: String) : AutoCloseable {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)
    protected val log: Logger = LoggerFactory.getLogger("dev.credenza.events")

    @Volatile
    protected var isStopping: Boolean = false
        private set

    private val job by lazy { scope.launch { run() } }

    fun start() {
        job.start()
    }

    /** Connects, and reads until it is stopped or something fails. */
    protected abstract suspend fun read()

    /** Gives back what [read] had. */
    protected abstract suspend fun disconnect()

    /** Stops reading, and waits for the event that is being handled. */
    override fun close(): Unit = runBlocking {
        isStopping = true
        withTimeoutOrNull(GRACE.toMillis()) { job.join() }
        job.cancelAndJoin()
    }

    private suspend fun run() {
        while (!isStopping) {
            try {
                read()
            } catch (cancelled: CancellationException) {
                if (isStopping) throw cancelled
                // Some libraries throw it where a request was given up.
                log.warn("the stream of events {} cannot be read: {}", stream, cancelled.toString())
                delay(REST.toMillis())
            } catch (failure: Exception) {
                if (!isStopping) log.warn("the stream of events {} cannot be read: {}", stream, failure.toString())
                if (!isStopping) delay(REST.toMillis())
            } finally {
                runCatching { disconnect() }
            }
        }
    }

    protected companion object {
        /** How long it is until the server is asked again after a failure. */
        val REST: Duration = Duration.ofSeconds(1)

        /** How long a handler may take when this is stopped. */
        val GRACE: Duration = Duration.ofSeconds(10)
    }
}
