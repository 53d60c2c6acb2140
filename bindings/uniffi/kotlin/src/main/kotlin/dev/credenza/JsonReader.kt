package dev.credenza

import java.math.BigInteger

/** Longs of up to so many digits cannot overflow. */
private const val SAFE_DIGITS = 18

/**
 * One pass over UTF-8 that is known to be JSON. It reads the bytes that came across the border as they are: a text is
 * only made of what is asked for.
 */
internal class JsonReader(private val bytes: ByteArray) {
    private val text = String(bytes, Charsets.UTF_8)

    /** ASCII without escapes, as most tokens are: then every string is a part of [text], found by the JVM's own search. */
    private val isPlain = text.length == bytes.size && text.indexOf('\\') < 0
    private var at = 0

    fun value(): Any? {
        skipSpace()
        return when (bytes[at]) {
            '{'.byte -> members()
            '['.byte -> items()
            '"'.byte -> string()
            't'.byte -> literal("true", true)
            'f'.byte -> literal("false", false)
            'n'.byte -> literal("null", null)
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
        if (bytes[at] != ','.byte) return !isClosed()
        at += 1
        skipSpace()
        return true
    }

    /** Reads the name of a member, and its colon. */
    fun name(): String {
        val start = at + 1
        val end = plainEnd(start)
        val name = if (end < 0) string() else Names.of(text, start, end).also { at = end + 1 }
        skipSpace()
        at += 1
        return name
    }

    private fun isClosed(): Boolean {
        skipSpace()
        val isClosed = bytes[at] == '}'.byte || bytes[at] == ']'.byte
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
        val start = at + 1
        val end = plainEnd(start)
        if (end < 0) return escapedString(start)
        at = end + 1
        return text.substring(start, end)
    }

    /** Where a string ends; -1 when the text is not plain. */
    private fun plainEnd(start: Int): Int = if (isPlain) text.indexOf('"', start) else -1

    private fun escapedString(start: Int): String {
        val built = StringBuilder()
        var from = start
        at = start
        while (bytes[at] != '"'.byte) {
            if (bytes[at] != '\\'.byte) {
                at += 1
                continue
            }
            built.append(String(bytes, from, at - from, Charsets.UTF_8)).append(escaped())
            from = at
        }
        built.append(String(bytes, from, at - from, Charsets.UTF_8))
        at += 1
        return built.toString()
    }

    private fun escaped(): Char {
        val char = bytes[at + 1].toInt().toChar()
        at += 2
        return when (char) {
            'n' -> '\n'
            't' -> '\t'
            'r' -> '\r'
            'b' -> '\b'
            'f' -> '\u000C'
            'u' -> ascii(at, at + 4).toInt(16).toChar().also { at += 4 }
            else -> char
        }
    }

    private fun number(): Number {
        val start = at
        var isInteger = true
        while (at < bytes.size && isOfNumber(bytes[at])) {
            isInteger = isInteger && (bytes[at] in '0'.byte..'9'.byte || bytes[at] == '-'.byte)
            at += 1
        }
        if (isInteger && at - start <= SAFE_DIGITS) return short(start, at)
        val digits = ascii(start, at)
        return digits.toLongOrNull() ?: if (isInteger) BigInteger(digits) else digits.toDouble()
    }

    private fun short(start: Int, end: Int): Long {
        val isNegative = bytes[start] == '-'.byte
        var value = 0L
        for (index in (if (isNegative) start + 1 else start)..<end) value = value * 10 + (bytes[index] - '0'.byte)
        return if (isNegative) -value else value
    }

    private fun isOfNumber(byte: Byte) = byte in '0'.byte..'9'.byte || when (byte) {
        '-'.byte, '+'.byte, '.'.byte, 'e'.byte, 'E'.byte -> true
        else -> false
    }

    private fun literal(word: String, value: Any?): Any? {
        at += word.length
        return value
    }

    private fun skipSpace() {
        while (at < bytes.size && bytes[at] in 0..' '.byte) at += 1
    }

    private fun ascii(start: Int, end: Int) = String(bytes, start, end - start, Charsets.ISO_8859_1)

    private companion object {
        val Char.byte: Byte get() = code.toByte()
    }
}

/** The names of members that were read before, so that none is made twice. Bounded; any thread may replace an entry. */
private object Names {
    private const val SLOTS = 256
    private const val FACTOR = 31
    private val known = arrayOfNulls<String>(SLOTS)

    fun of(text: String, start: Int, end: Int): String {
        if (start == end) return ""
        val slot = ((end - start) * FACTOR + text[start].code) * FACTOR + text[end - 1].code and SLOTS - 1
        known[slot]?.let { if (it.length == end - start && text.startsWith(it, start)) return it }
        return text.substring(start, end).also { known[slot] = it }
    }
}
