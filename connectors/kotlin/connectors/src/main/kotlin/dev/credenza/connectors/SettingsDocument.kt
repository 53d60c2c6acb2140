package dev.credenza.connectors

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * Settings as a framework's own configuration has them, written as the document that the validator reads, which says what
 * is wrong with them.
 */
public object SettingsDocument {
    /**
     * Writes the settings: names in any of `resourceMetadata`, `resource-metadata` and `resource_metadata`, numbers and
     * truth values as text too, as files of configuration have them. What is null is left out.
     */
    @JvmStatic
    public fun write(settings: Map<String, Any?>): String = members(settings).toString()

    private fun members(settings: Map<*, *>): JsonObject = JsonObject(
        settings.entries.filter { it.value != null }.associate { (name, value) ->
            snake(name.toString()).let { it to if (it == "keys") element("", value) else element(it, value) }
        },
    )

    private fun element(name: String, value: Any?): JsonElement = when (value) {
        null -> JsonNull
        is Map<*, *> -> if (name.isEmpty()) verbatim(value) else members(value)
        is Iterable<*> -> JsonArray(value.map { element(name, it) })
        is Number -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        else -> scalar(name, value.toString())
    }

    /** A JWK set has names of its own. */
    private fun verbatim(value: Map<*, *>): JsonObject =
        JsonObject(value.entries.associate { (name, member) -> name.toString() to element("", member) })

    private fun scalar(name: String, text: String): JsonPrimitive = when {
        name in NUMBERS -> text.toLongOrNull()?.let(::JsonPrimitive)
        name in TRUTHS -> text.toBooleanStrictOrNull()?.let(::JsonPrimitive)
        else -> null
    } ?: JsonPrimitive(text)

    private fun snake(name: String): String =
        name.replace('-', '_').replace(Regex("(?<=[a-z0-9])[A-Z]")) { "_" + it.value }.lowercase()

    private val NUMBERS = setOf(
        "leeway", "max_token_age", "max_token_bytes", "cache_size", "max_age", "replays", "cache_seconds", "interval",
        "max_stale", "refresh_after", "cooldown",
    )
    private val TRUTHS = setOf("required", "nonce", "always", "signed", "allow_http")
}
