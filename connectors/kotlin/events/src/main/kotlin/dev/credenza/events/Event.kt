package dev.credenza.events

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import java.time.DateTimeException
import java.time.Instant
import java.time.OffsetDateTime

/**
 * Something that happened. Events may come more than once, and those of different subjects in any order.
 *
 * @property id the same each time the event comes.
 * @property type what happened, such as `user.created`.
 * @property subject what it is about; null where the sender does not tell.
 * @property tenant the tenant at Credenza; null for other senders.
 * @property time when it happened; null where the sender does not tell.
 * @property data what the type says of it, as JSON; null where there is nothing.
 * @property body the whole message as it came, as JSON.
 */
public class Event internal constructor(
    public val id: String,
    public val type: String,
    public val subject: String?,
    public val tenant: String?,
    public val time: Instant?,
    public val data: String?,
    public val body: String,
) {
    /** Says which event it is, and nothing of what it has in it. */
    override fun toString(): String = "Event($id, $type)"

    public companion object {
        /**
         * Reads an event from JSON: an envelope of CloudEvents, the plain form of Credenza, or an object with `type` and `data`.
         *
         * @param id what is known as its id; by default the one that it has itself.
         * @throws InvalidEventException it is no JSON object, or has no id.
         */
        @JvmStatic
        @JvmOverloads
        public fun read(body: String, id: String? = null): Event {
            val members = try {
                Json.parseToJsonElement(body) as? JsonObject ?: throw InvalidEventException("the event is no object")
            } catch (_: SerializationException) {
                throw InvalidEventException("the event is not JSON")
            }
            return Event(
                id = id ?: members.text("id") ?: throw InvalidEventException("the event has no id"),
                type = members.text("type").orEmpty(),
                subject = members.text("subject"),
                tenant = members.text("tenantid") ?: members.text("tenant_id"),
                time = members.text("time")?.let(::instant),
                data = members["data"]?.let(::text),
                body = body,
            )
        }

        private fun text(data: JsonElement): String = try {
            data.toString()
        } catch (_: StackOverflowError) {
            throw InvalidEventException("the event is nested too deeply")
        }

        /** A time that is none is as good as no time. */
        private fun instant(text: String): Instant? = try {
            OffsetDateTime.parse(text).toInstant()
        } catch (_: DateTimeException) {
            null
        }

        private fun JsonObject.text(name: String): String? =
            (this[name] as? JsonPrimitive)?.takeIf { it.isString }?.contentOrNull?.takeIf(String::isNotEmpty)
    }
}

/** A message is no event. */
public class InvalidEventException internal constructor(message: String) : IllegalArgumentException(message)

/** Does whatever an event is about, and may block. After an exception the event comes again. */
public fun interface EventHandler {
    /** Handles an event. It is interrupted when it takes too long. */
    @Throws(Exception::class)
    public fun handle(event: Event)
}

/** A handler on threads that may block. */
internal fun EventHandler.suspending(): suspend (Event) -> Unit =
    { event -> runInterruptible(Dispatchers.IO) { handle(event) } }
