package dev.credenza

import java.util.Collections

/** Reads JSON that the core has validated, and writes JSON. */
internal object Json {
    fun members(text: String): Map<String, Any?> = members(text.toByteArray())

    fun members(text: ByteArray): Map<String, Any?> = JsonMembers(text).all()

    fun write(value: Any?): String = buildString { put(value) }

    private fun StringBuilder.put(value: Any?) {
        when (value) {
            null, is Boolean -> append(value.toString())
            is Number -> append(number(value))
            is CharSequence -> quote(value)
            is Map<*, *> -> list('{', '}', value.entries) { (name, member) ->
                quote(name as String)
                append(':')
                put(member)
            }
            is Iterable<*> -> list('[', ']', value) { put(it) }
            else -> throw IllegalArgumentException("no JSON for ${value.javaClass.name}")
        }
    }

    private fun number(value: Number): String {
        require(value !is Double || value.isFinite()) { "no JSON for $value" }
        return value.toString()
    }

    private fun <T> StringBuilder.list(open: Char, close: Char, items: Iterable<T>, write: (T) -> Unit) {
        append(open)
        items.forEachIndexed { index, item ->
            if (index > 0) append(',')
            write(item)
        }
        append(close)
    }

    private fun StringBuilder.quote(text: CharSequence) {
        append('"')
        for (char in text) {
            when {
                char == '"' || char == '\\' -> append('\\').append(char)
                char < ' ' || char.isSurrogate() -> append("\\u%04x".format(char.code))
                else -> append(char)
            }
        }
        append('"')
    }
}

/** Room for the claims of most tokens. */
private const val USUAL_MEMBERS = 48

/** The members of an object, read only up to the one that is looked up. */
internal class JsonMembers(text: ByteArray) {
    private val reader = JsonReader(text)
    private val read = LinkedHashMap<String, Any?>(USUAL_MEMBERS)
    private var isMore = reader.open()

    @Synchronized
    operator fun get(name: String): Any? {
        read[name]?.let { return it }
        while (isMore && advance() != name) continue
        return read[name]
    }

    @Synchronized
    fun all(): Map<String, Any?> {
        while (isMore) advance()
        return Collections.unmodifiableMap(read)
    }

    private fun advance(): String {
        val name = reader.name()
        read[name] = reader.value()
        isMore = reader.next()
        return name
    }
}
