package dev.credenza.service

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.longOrNull
import java.time.Instant

internal fun JsonObject.text(name: String): String? =
    (this[name] as? JsonPrimitive)?.takeIf { it.isString }?.contentOrNull

/** A time in seconds since 1970. */
internal fun JsonObject.instant(name: String): Instant? =
    (this[name] as? JsonPrimitive)?.longOrNull?.let(Instant::ofEpochSecond)

/** An object as texts, numbers, booleans, null, lists and maps. */
internal fun JsonObject.plain(name: String): Map<String, Any?> = (this[name] as? JsonObject)?.let(::plain).orEmpty()

private fun plain(members: JsonObject): Map<String, Any?> = members.mapValues { (_, value) -> plain(value) }

private fun plain(value: JsonElement): Any? = when (value) {
    is JsonNull -> null
    is JsonObject -> plain(value)
    is JsonArray -> value.map(::plain)
    is JsonPrimitive -> if (value.isString) value.content else number(value)
}

private fun number(value: JsonPrimitive): Any? = value.booleanOrNull ?: value.longOrNull ?: value.doubleOrNull
    ?: value.contentOrNull

internal fun json(value: Any?): JsonElement = when (value) {
    null -> JsonNull
    is String -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is Number -> JsonPrimitive(value)
    is Map<*, *> -> JsonObject(value.entries.associate { (name, member) -> name.toString() to json(member) })
    is Iterable<*> -> JsonArray(value.map(::json))
    else -> throw IllegalArgumentException("${value.javaClass.name} is no value of JSON")
}
