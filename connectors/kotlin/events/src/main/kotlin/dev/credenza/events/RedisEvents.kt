package dev.credenza.events

import io.lettuce.core.Consumer
import io.lettuce.core.Limit
import io.lettuce.core.Range
import io.lettuce.core.RedisBusyException
import io.lettuce.core.RedisClient
import io.lettuce.core.StreamMessage
import io.lettuce.core.XAutoClaimArgs
import io.lettuce.core.XClaimArgs
import io.lettuce.core.XGroupCreateArgs
import io.lettuce.core.XReadArgs
import io.lettuce.core.XReadArgs.StreamOffset
import io.lettuce.core.api.async.RedisAsyncCommands
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import java.net.InetAddress
import java.time.Duration
import java.util.UUID

/**
 * The settings of [RedisEvents].
 *
 * @property client the server, of `io.lettuce:lettuce-core`. It is left open.
 * @property stream the key of the stream: the prefix of the provider's settings and `events`.
 * @property group what the consumers are together. A new group begins with the oldest event.
 * @property consumer this one: another name for each process that runs at the same time.
 * @property seen where handled events are remembered: those of the group in Redis by default.
 * @property claimAfter how long an event stays with a consumer that does nothing about it, before others take it. A handler has
 *   three quarters of it.
 */
public class RedisEventsConfig(public val client: RedisClient, public val stream: String) {
    public var group: String = "credenza"
    public var consumer: String = "${host()}-${ProcessHandle.current().pid()}-${UUID.randomUUID().toString().take(
        NAME,
    )}"
    public var seen: Seen? = null
    public var claimAfter: Duration = Duration.ofSeconds(30)

    private companion object {
        const val NAME = 8

        fun host() = runCatching { InetAddress.getLocalHost().hostName }.getOrDefault("localhost")
    }
}

/**
 * Reads the events that Credenza writes to a Redis Stream, as one consumer of a group: each is handled at least once by one
 * of the consumers, and the group remembers how far they are. An event whose handler fails is tried again, later each time
 * and without holding up others; after ten times it is put into the stream's name with `:dead` behind it, and so is at once what
 * is no event. What a consumer had that is gone is taken over by another. Handlers are called once at a time.
 *
 * Redis may be away for a while, or be there only later.
 */
public class RedisEvents(config: RedisEventsConfig, handler: suspend (Event) -> Unit) : AutoCloseable {
    private val reader = RedisReader(config, handler)

    /** With a handler that may block. */
    public constructor(config: RedisEventsConfig, handler: EventHandler) : this(config, handler.suspending())

    /** Begins to read, in the background. */
    public fun start(): Unit = reader.start()

    /** Stops reading, waits for the event that is being handled, and leaves the rest to others. */
    override fun close(): Unit = reader.close()
}

private typealias Entry = StreamMessage<String, String>

private class RedisReader(private val config: RedisEventsConfig, private val handler: suspend (Event) -> Unit) :
    StreamReader(config.stream) {
    private val stream = config.stream
    private val self = Consumer.from(config.group, config.consumer)
    private val connection = RedisConnection(config.client)
    private val seen = config.seen ?: RedisSeen(config.client, "$stream\u0000${config.group}")
    private val limit = config.claimAfter.multipliedBy(3).dividedBy(4)

    /** Entries to be tried again: when, and how long they have waited by then. */
    private val waiting = HashMap<String, Due>()

    private class Due(val at: Long, val pause: Duration)

    init {
        require(config.claimAfter >= Duration.ofMillis(LEAST)) { "claim_after: has to be $LEAST ms at least" }
    }

    override suspend fun read() {
        val redis = runInterruptible(Dispatchers.IO) { connection.get() }.async()
        join(redis)
        while (!isStopping) round(redis)
        leave(redis)
    }

    override suspend fun disconnect() {
        connection.close()
        if (isStopping && config.seen == null) seen.close()
    }

    /** Makes the group, unless it is there. */
    private suspend fun join(redis: RedisAsyncCommands<String, String>) {
        try {
            redis.xgroupCreate(
                StreamOffset.from(stream, "0"),
                config.group,
                XGroupCreateArgs.Builder.mkstream(),
            ).answer()
        } catch (_: RedisBusyException) {
            // It is there.
        }
    }

    /** Removes this consumer from the group, unless it leaves something behind, which would be lost with it. */
    private suspend fun leave(redis: RedisAsyncCommands<String, String>) {
        val left = redis.xpending(stream, self, Range.unbounded(), Limit.from(1)).answer()
        if (left.isEmpty()) redis.xgroupDelconsumer(stream, self).answer()
    }

    /** Handles what is due: events that failed, those of consumers that are gone, and new ones. */
    private suspend fun round(redis: RedisAsyncCommands<String, String>) {
        again(redis)
        val claim = XAutoClaimArgs.Builder.xautoclaim(self, config.claimAfter, "0-0").count(AT_ONCE)
        handleAll(redis, redis.xautoclaim(stream, claim).answer().messages)
        val args = XReadArgs.Builder.count(AT_ONCE).block(READ_FOR)
        handleAll(redis, redis.xreadgroup(self, args, StreamOffset.lastConsumed(stream)).answer())
    }

    /** Tries entries whose pause is over. Claiming them counts the try. */
    private suspend fun again(redis: RedisAsyncCommands<String, String>) {
        val now = System.nanoTime()
        for ((id, due) in waiting.filterValues { it.at - now <= 0 }) {
            waiting.remove(id)
            // One that was idle for less is with another consumer by now.
            val args = XClaimArgs.Builder.minIdleTime(due.pause.dividedBy(2))
            handleAll(redis, redis.xclaim(stream, self, args, id).answer())
        }
    }

    /** What it throws is of Redis: what handlers throw is dealt with. */
    private suspend fun handleAll(redis: RedisAsyncCommands<String, String>, entries: List<Entry>) {
        for (entry in entries) {
            // What is left stays with this consumer, until another takes it over.
            if (isStopping) return
            // One that was deleted has no body.
            if (entry.body != null) handle(redis, entry) else acknowledge(redis, entry)
        }
    }

    private suspend fun handle(redis: RedisAsyncCommands<String, String>, entry: Entry) {
        val event = try {
            Event.read(entry.body["body"] ?: throw InvalidEventException("the entry has no body"))
        } catch (failure: InvalidEventException) {
            return bury(redis, entry, failure)
        }
        try {
            if (handled(seen, event, limit, handler) == Progress.UNDER_WAY) throw UnderWayException()
            waiting.remove(entry.id)
        } catch (cancelled: CancellationException) {
            // This process ends, which is nothing against the event.
            if (isStopping) throw cancelled
            return failed(redis, entry, event, cancelled)
        } catch (failure: Throwable) {
            return failed(redis, entry, event, failure)
        }
        acknowledge(redis, entry)
    }

    private suspend fun failed(
        redis: RedisAsyncCommands<String, String>,
        entry: Entry,
        event: Event,
        cause: Throwable,
    ) {
        val tries = tries(redis, entry)
        log.warn("event {} of type {} was not handled, try {}: {}", event.id, event.type, tries, cause.toString())
        if (tries >= MAX_TRIES) return bury(redis, entry, cause)
        val pause = minOf(pauseAfter(tries), config.claimAfter.dividedBy(2))
        waiting[entry.id] = Due(System.nanoTime() + pause.toNanos(), pause)
    }

    /** How often an entry was given to a consumer. */
    private suspend fun tries(redis: RedisAsyncCommands<String, String>, entry: Entry): Long {
        val range = Range.create(entry.id, entry.id)
        return redis.xpending(stream, config.group, range, Limit.from(1)).answer().firstOrNull()?.redeliveryCount ?: 0
    }

    /** Puts an entry aside. It is acknowledged after that, so that it is in one of both streams at any time. */
    private suspend fun bury(redis: RedisAsyncCommands<String, String>, entry: Entry, cause: Throwable) {
        redis.xadd("$stream:dead", entry.body + mapOf("entry" to entry.id, "error" to cause.toString())).answer()
        acknowledge(redis, entry)
        waiting.remove(entry.id)
        log.error("entry {} was put into {}:dead", entry.id, stream, cause)
    }

    private suspend fun acknowledge(redis: RedisAsyncCommands<String, String>, entry: Entry) {
        redis.xack(stream, config.group, entry.id).answer()
    }

    private companion object {
        /** How many entries are read together. */
        const val AT_ONCE = 16L

        /** How long a read waits for new entries, in milliseconds. */
        const val READ_FOR = 300L

        /** The shortest [RedisEventsConfig.claimAfter], in milliseconds. */
        const val LEAST = 500L
    }
}
