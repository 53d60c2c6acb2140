package dev.credenza

import java.math.BigInteger
import java.util.Collections

/** Reads JSON that the core has validated, and writes JSON. */
internal object Json {
    fun members(text: String): Map<String, Any?> = JsonMembers(text).all()

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

/** The members of an object, read only up to the one that is looked up. */
internal class JsonMembers(text: String) {
    private val reader = JsonReader(text)
    private val read = LinkedHashMap<String, Any?>()
    private var isMore = reader.open()

    @Synchronized
    operator fun get(name: String): Any? {
        while (isMore && name !in read) advance()
        return read[name]
    }

    @Synchronized
    fun all(): Map<String, Any?> {
        while (isMore) advance()
        return Collections.unmodifiableMap(read)
    }

    private fun advance() {
        val name = reader.name()
        read[name] = reader.value()
        isMore = reader.next()
    }
}

/** One pass over a text. */
private class JsonReader(private val text: String) {
    private var at = 0

    fun value(): Any? {
        skipSpace()
        return when (text[at]) {
            '{' -> members()
            '[' -> items()
            '"' -> string()
            't' -> literal("true", true)
            'f' -> literal("false", false)
            'n' -> literal("null", null)
            else -> number()
        }
    }

    /** Enters an object or array; returns whether it has any content. */
    fun open(): Boolean {
        skipSpace()
        at += 1
        return !isClosed()
    }

    /** Moves to the next item of an object or array; returns false, past its end, when there is none. */
    fun next(): Boolean {
        skipSpace()
        if (text[at] != ',') return !isClosed()
        at += 1
        skipSpace()
        return true
    }

    /** Reads the name of a member, and its colon. */
    fun name(): String = string().also {
        skipSpace()
        at += 1
    }

    private fun isClosed(): Boolean {
        skipSpace()
        val isClosed = text[at] == '}' || text[at] == ']'
        if (isClosed) at += 1
        return isClosed
    }

    private fun members(): Map<String, Any?> {
        val members = LinkedHashMap<String, Any?>()
        var isMore = open()
        while (isMore) {
            members[name()] = value()
            isMore = next()
        }
        return members
    }

    private fun items(): List<Any?> {
        val items = ArrayList<Any?>()
        var isMore = open()
        while (isMore) {
            items += value()
            isMore = next()
        }
        return items
    }

    private fun string(): String {
        val start = ++at
        while (text[at] != '"' && text[at] != '\\') at += 1
        if (text[at] == '"') return text.substring(start, at++)
        val built = StringBuilder(text.substring(start, at))
        while (text[at] != '"') {
            built.append(if (text[at] == '\\') escaped() else text[at++])
        }
        at += 1
        return built.toString()
    }

    private fun escaped(): Char {
        val char = text[at + 1]
        at += 2
        return when (char) {
            'n' -> '\n'
            't' -> '\t'
            'r' -> '\r'
            'b' -> '\b'
            'f' -> '\u000C'
            'u' -> text.substring(at, at + 4).toInt(16).toChar().also { at += 4 }
            else -> char
        }
    }

    private fun number(): Number {
        val start = at
        while (at < text.length && isOfNumber(text[at])) at += 1
        val digits = text.substring(start, at)
        return digits.toLongOrNull() ?: if (digits.any { it in ".eE" }) digits.toDouble() else BigInteger(digits)
    }

    private fun isOfNumber(char: Char) = char in '0'..'9' || char == '-' || char == '+' || char == '.' || char in "eE"

    private fun literal(word: String, value: Any?): Any? {
        at += word.length
        return value
    }

    private fun skipSpace() {
        while (at < text.length && text[at] <= ' ') at += 1
    }
}
