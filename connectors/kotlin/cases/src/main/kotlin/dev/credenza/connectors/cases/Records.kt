package dev.credenza.connectors.cases

import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.read.ListAppender
import org.slf4j.LoggerFactory

/** What the guard logs. Spring Boot takes appenders away when it starts, so this is put there again for each case. */
internal class Records : AutoCloseable {
    private val logger = LoggerFactory.getLogger("dev.credenza.connectors.Guard") as Logger
    private val appender = ListAppender<ILoggingEvent>().apply {
        context = logger.loggerContext
        start()
    }

    init {
        logger.addAppender(appender)
    }

    /** The records since this was last asked for: the members of each, and its text. */
    fun take(): List<Record> = synchronized(appender) {
        appender.list.map { event ->
            Record(event.keyValuePairs.orEmpty().associate { it.key to it.value.toString() }, event.formattedMessage)
        }.also { appender.list.clear() }
    }

    override fun close() {
        logger.detachAppender(appender)
    }
}

internal class Record(val members: Map<String, String>, val text: String)
