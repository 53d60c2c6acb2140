package dev.credenza.events

import io.nats.client.Connection
import io.nats.client.Message
import io.nats.client.Nats
import io.nats.client.Options
import io.nats.client.api.AckPolicy
import io.nats.client.api.ConsumerConfiguration
import io.nats.client.api.DeliverPolicy
import io.nats.client.impl.Headers
import io.nats.client.impl.NatsMessage
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import java.time.Duration

/**
 * The settings of [NatsEvents].
 *
 * @property options the server, of `io.nats:jnats`.
 * @property stream the stream.
 * @property durable the consumer. A new one begins with the oldest event.
 * @property subject the events wanted.
 * @property dead where what failed ten times is published, which needs a stream that keeps it; to the log alone by default.
 * @property seen where handled events are remembered: in memory by default, so that instances had better share one.
 * @property ackWait how long an event stays with an instance that does nothing about it, before another gets it. A handler has
 *   three quarters of it.
 */
public class NatsEventsConfig(public val options: Options) {
    public var stream: String = "CREDENZA"
    public var durable: String = "credenza"
    public var subject: String = "credenza.events.>"
    public var dead: String? = null
    public var seen: Seen = MemorySeen()
    public var ackWait: Duration = Duration.ofSeconds(30)
}

/**
 * Reads the events that Credenza writes to NATS JetStream, by a durable consumer that all instances share: each is handled at
 * least once by one of them, and the server remembers how far they are. An event whose handler fails comes again, later each
 * time and without holding up others; after ten times it is published at [NatsEventsConfig.dead] and done with, and so is at once
 * what is no event. Handlers are called once at a time.
 *
 * The server may be away for a while, or the stream be there only later.
 */
public class NatsEvents(config: NatsEventsConfig, handler: suspend (Event) -> Unit) : AutoCloseable {
    private val reader = NatsReader(config, handler)

    /** With a handler that may block. */
    public constructor(config: NatsEventsConfig, handler: EventHandler) : this(config, handler.suspending())

    /** Begins to read, in the background. */
    public fun start(): Unit = reader.start()

    /** Stops reading, and waits for the event that is being handled. */
    override fun close(): Unit = reader.close()
}

private class NatsReader(private val config: NatsEventsConfig, private val handler: suspend (Event) -> Unit) :
    StreamReader(config.stream) {
    private var connection: Connection? = null
    private val limit = config.ackWait.multipliedBy(3).dividedBy(4)

    override suspend fun read() {
        val server = blocking { Nats.connect(config.options) }.also { connection = it }
        val consumer = ConsumerConfiguration.builder()
            .durable(config.durable)
            .filterSubject(config.subject)
            .deliverPolicy(DeliverPolicy.All)
            .ackPolicy(AckPolicy.Explicit)
            .ackWait(config.ackWait)
            .build()
        val context = blocking {
            server.jetStreamManagement().addOrUpdateConsumer(config.stream, consumer)
            server.getConsumerContext(config.stream, config.durable)
        }
        while (!isStopping) {
            // One at a time: further ones would wait here while another instance could handle them.
            blocking<Message?> { context.next(READ_FOR) }?.let { handle(server, it) }
        }
    }

    override suspend fun disconnect() {
        val last = connection ?: return
        connection = null
        blocking { last.close() }
    }

    /** What it throws is of the server: what handlers throw is dealt with. */
    private suspend fun handle(server: Connection, message: Message) {
        val event = try {
            Event.read(octets(message.data).toString(Charsets.UTF_8))
        } catch (failure: InvalidEventException) {
            return bury(server, message, failure)
        }
        try {
            if (handled(config.seen, event, limit, handler) == Progress.UNDER_WAY) throw UnderWayException()
        } catch (cancelled: CancellationException) {
            // This process ends, which is nothing against the event: it comes again.
            if (isStopping) throw cancelled
            return failed(server, message, event, cancelled)
        } catch (failure: Throwable) {
            return failed(server, message, event, failure)
        }
        blocking { message.ackSync(ANSWER) }
    }

    private suspend fun failed(server: Connection, message: Message, event: Event, cause: Throwable) {
        val tries = message.metaData().deliveredCount()
        log.warn("event {} of type {} was not handled, try {}: {}", event.id, event.type, tries, cause.toString())
        if (tries >= MAX_TRIES) return bury(server, message, cause)
        blocking { message.nakWithDelay(pauseAfter(tries)) }
    }

    /** Puts a message aside. It is done with only after it has been published. */
    private suspend fun bury(server: Connection, message: Message, cause: Throwable) {
        log.error("message of {} was given up, and published at {}", message.subject, config.dead, cause)
        blocking {
            config.dead?.let {
                val headers = Headers().add(
                    "Credenza-Subject",
                    "${message.subject}",
                ).add("Credenza-Error", plain(cause))
                val dead = NatsMessage.builder().subject(it).headers(headers).data(octets(message.data)).build()
                server.jetStream().publish(dead)
            }
            message.term()
        }
    }

    private suspend fun <T> blocking(work: () -> T): T = runInterruptible(Dispatchers.IO) { work() }

    private companion object {
        /** How long a read waits for a new event, in milliseconds. */
        const val READ_FOR = 1000L
        val ANSWER: Duration = Duration.ofSeconds(5)
        const val MAX_TOLD = 200

        fun octets(data: ByteArray?) = data ?: ByteArray(0)

        /** Fields have no line breaks. */
        fun plain(cause: Throwable) = cause.toString().filter { it in ' '..'~' }.take(MAX_TOLD)
    }
}
