package dev.credenza

import java.math.BigInteger

/** Reads JSON that the core has found right, and writes it. */
internal object Json {
    fun members(text: String): Map<String, Any?> {
        val value = JsonReader(text).value()
        require(value is Map<*, *>) { "not a JSON object" }
        @Suppress("UNCHECKED_CAST") // The names in an object are texts.
        return value as Map<String, Any?>
    }

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

    private fun members(): Map<String, Any?> {
        val members = LinkedHashMap<String, Any?>()
        each('}') {
            val name = string()
            skipSpace()
            at += 1 // The colon.
            members[name] = value()
        }
        return members
    }

    private fun items(): List<Any?> = ArrayList<Any?>().also { items -> each(']') { items += value() } }

    private inline fun each(close: Char, read: () -> Unit) {
        at += 1
        skipSpace()
        while (text[at] != close) {
            read()
            skipSpace()
            if (text[at] == ',') {
                at += 1
                skipSpace()
            }
        }
        at += 1
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
        while (at < text.length && text[at] in "+-.eE0123456789") at += 1
        val digits = text.substring(start, at)
        return digits.toLongOrNull() ?: digits.toDouble().takeUnless { isInteger(digits) } ?: BigInteger(digits)
    }

    private fun isInteger(digits: String) = digits.none { it in ".eE" }

    private fun literal(word: String, value: Any?): Any? {
        at += word.length
        return value
    }

    private fun skipSpace() {
        while (at < text.length && text[at] <= ' ') at += 1
    }
}
