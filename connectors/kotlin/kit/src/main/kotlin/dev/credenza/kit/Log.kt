package dev.credenza.kit

import dev.credenza.connectors.Caller
import org.slf4j.LoggerFactory
import org.slf4j.event.Level
import java.io.PrintStream
import java.time.Clock

/** Takes records of the log. */
public fun interface Log {
    /**
     * Writes a record.
     *
     * @param level how grave it is.
     * @param members what it says beside that, by name; `request_id` among them where it is about a request.
     */
    public fun write(level: Level, message: String, members: Map<String, Any?>)

    public companion object {
        /** One JSON object a line: on the standard output, where collectors of logs look for them. */
        @JvmStatic
        public fun json(): Log = JsonLog(System.out, Clock.systemUTC())

        /** The same elsewhere. */
        @JvmStatic
        @JvmOverloads
        public fun json(output: PrintStream, clock: Clock = Clock.systemUTC()): Log = JsonLog(output, clock)

        /**
         * By SLF4J, with the members as key-value pairs: for programs whose logging is set up already. Whether they are in the
         * output is up to that.
         */
        @JvmStatic
        @JvmOverloads
        public fun slf4j(name: String = "dev.credenza.kit"): Log {
            val logger = LoggerFactory.getLogger(name)
            return Log { level, message, members ->
                members.entries.fold(logger.atLevel(level)) { record, (key, value) -> record.addKeyValue(key, value) }
                    .log(message)
            }
        }
    }
}

private class JsonLog(private val output: PrintStream, private val clock: Clock) : Log {
    override fun write(level: Level, message: String, members: Map<String, Any?>) {
        val record = buildMap {
            put("time", clock.instant().toString())
            put("level", level.name.lowercase())
            put("message", message)
            putAll(members.filterValues { it != null })
        }
        // In one piece, so that no other line comes in between.
        output.print(JsonText.write(record) + "\n")
        output.flush()
    }
}

/**
 * A request, as the log tells of it: neither query, nor fields, nor body.
 *
 * @param path without the query.
 */
public class RequestRecord(private val requestId: String, private val method: String, private val path: String) {
    private val begun = System.nanoTime()

    /** Tells the log that the request was answered, or that it was given up where there is no status. */
    public fun write(log: Log, status: Int?, caller: Caller?) {
        val members = mapOf(
            "request_id" to requestId,
            "method" to method,
            "path" to path,
            "status" to status,
            "duration_ms" to (System.nanoTime() - begun) / MICROSECOND / MILLISECOND,
            "tenant" to caller?.tenant,
            "sub" to caller?.sub,
            "client_id" to caller?.clientId,
        )
        log.write(if (status == null || status >= FAILED) Level.WARN else Level.INFO, "request", members)
    }

    /** Tells the log of an error that is not the client's. */
    public fun failed(log: Log, error: Throwable) {
        val members = mapOf(
            "request_id" to requestId,
            "method" to method,
            "path" to path,
            "cause" to error.toString(),
            "stack" to error.stackTraceToString(),
        )
        log.write(Level.ERROR, "a handler failed", members)
    }

    private companion object {
        const val FAILED = 500
        const val MICROSECOND = 1_000
        const val MILLISECOND = 1_000.0
    }
}
