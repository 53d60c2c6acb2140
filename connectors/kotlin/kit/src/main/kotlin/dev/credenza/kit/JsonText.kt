package dev.credenza.kit

import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** JSON (RFC 8259) of plain values, and bodies of requests that have to be JSON. */
public object JsonText {
    private const val UNSUPPORTED = 415
    private const val DEEPEST = 500
    private val PLAIN = Regex("""true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?""")
    private val TYPE = Regex("""application/([^\s;]+\+)?json\s*(;.*)?""", RegexOption.IGNORE_CASE)

    /** Maps, collections, numbers, truth values, null, texts and [JsonElement]s; of anything else what it prints. */
    @JvmStatic
    public fun element(value: Any?): JsonElement = when (value) {
        null -> JsonNull
        is JsonElement -> value
        is Map<*, *> -> JsonObject(value.entries.associate { (name, member) -> name.toString() to element(member) })
        is Iterable<*> -> JsonArray(value.map(::element))
        is Number -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        else -> JsonPrimitive(value.toString())
    }

    /** The same as text. */
    @JvmStatic
    public fun write(value: Any?): String = element(value).toString()

    /**
     * The body of a request, which has to be one JSON text of a JSON media type.
     *
     * @throws Problem with 415 for another media type, and 400 `invalid_json`.
     */
    @JvmStatic
    public fun read(contentType: String?, body: ByteArray): JsonElement {
        if (contentType == null || !TYPE.matches(contentType)) {
            throw Problem(UNSUPPORTED, "unsupported_media_type", headers = mapOf("Accept" to "application/json"))
        }
        return try {
            Json.parseToJsonElement(body.decodeToString(throwOnInvalidSequence = true)).also(::check)
        } catch (malformed: SerializationException) {
            throw invalid(malformed)
        } catch (malformed: CharacterCodingException) {
            throw invalid(malformed)
        }
    }

    /** The parser takes any word for a value; and what is nested too deep cannot be written again. */
    private fun check(root: JsonElement) {
        val open = ArrayDeque(listOf(root to 0))
        while (open.isNotEmpty()) {
            val (element, depth) = open.removeLast()
            if (depth > DEEPEST) throw invalid(null)
            when (element) {
                is JsonObject -> element.values.forEach { open.add(it to depth + 1) }
                is JsonArray -> element.forEach { open.add(it to depth + 1) }
                is JsonPrimitive -> if (!element.isString && !PLAIN.matches(element.content)) throw invalid(null)
            }
        }
    }

    internal fun invalid(cause: Throwable?): Problem =
        Problem(BAD_REQUEST, "invalid_json", detail = "The body is not the JSON that is wanted.", cause = cause)
}
