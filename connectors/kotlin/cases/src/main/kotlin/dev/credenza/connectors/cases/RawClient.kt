package dev.credenza.connectors.cases

import java.io.ByteArrayOutputStream
import java.io.DataInputStream
import java.io.EOFException
import java.net.InetAddress
import java.net.Socket

/** Sends requests as they are given, with fields that no client library would send. */
internal object RawClient {
    fun send(port: Int, step: Step): RawResponse = Socket(InetAddress.getLoopbackAddress(), port).use { socket ->
        socket.soTimeout = TIMEOUT_MILLIS
        val fields = buildList {
            if (step.fields.none { (name) -> name.equals("Host", ignoreCase = true) }) add("Host: 127.0.0.1:$port")
            step.fields.forEach { (name, value) -> add("$name: $value") }
            if (step.fields.none { (name) -> name.equals("Connection", ignoreCase = true) }) add("Connection: close")
        }
        val head = "${step.method} ${step.path} HTTP/1.1\r\n${fields.joinToString("\r\n")}\r\n\r\n"
        // Characters stand for octets.
        socket.getOutputStream().write(head.toByteArray(Charsets.UTF_8) + step.body.toByteArray())
        read(DataInputStream(socket.getInputStream().buffered()), step.method)
    }

    private fun read(input: DataInputStream, method: String): RawResponse {
        val status = line(input).split(' ')[1].toInt()
        val fields = generateSequence { line(input).ifEmpty { null } }
            .map { it.substringBefore(':') to it.substringAfter(':').trim() }.toList()
        val length = fields.lastOf("Content-Length")?.toInt()
        val body = when {
            method == "HEAD" || status == NO_CONTENT -> ByteArray(0)
            status == SWITCHING -> message(input)
            fields.lastOf("Transfer-Encoding") == "chunked" -> chunks(input)
            length != null -> ByteArray(length).also(input::readFully)
            else -> input.readAllBytes()
        }
        return RawResponse(status, fields, body.decodeToString())
    }

    /** The first message of a WebSocket (RFC 6455 section 5.2): one frame of text. */
    private fun message(input: DataInputStream): ByteArray {
        check(input.readUnsignedByte() == FINAL_TEXT) { "no whole message of text" }
        val length = input.readUnsignedByte()
        return ByteArray(if (length == LONGER) input.readUnsignedShort() else length).also(input::readFully)
    }

    private fun chunks(input: DataInputStream): ByteArray {
        val body = ByteArrayOutputStream()
        while (true) {
            val size = line(input).substringBefore(';').toInt(HEXADECIMAL)
            val chunk = ByteArray(size).also(input::readFully)
            line(input)
            if (size == 0) return body.toByteArray()
            body.write(chunk)
        }
    }

    private fun line(input: DataInputStream): String = buildString {
        while (true) {
            val octet = input.read()
            if (octet < 0) throw EOFException("the connection ended after: $this")
            if (octet == '\n'.code) return@buildString
            if (octet != '\r'.code) append(octet.toChar())
        }
    }

    private const val TIMEOUT_MILLIS = 20_000
    private const val NO_CONTENT = 204
    private const val SWITCHING = 101
    private const val FINAL_TEXT = 0x81
    private const val LONGER = 126
    private const val HEXADECIMAL = 16
}

/** An answer, with every line of its fields. */
internal class RawResponse(val status: Int, val fields: List<Pair<String, String>>, val body: String) {
    /** The values of a field, of all its lines; null where there is none. */
    fun field(name: String): String? =
        fields.filter { it.first.equals(name, ignoreCase = true) }.map { it.second }.ifEmpty { null }?.joinToString()

    override fun toString(): String = "$status $fields $body"
}

private fun List<Pair<String, String>>.lastOf(name: String) = lastOrNull {
    it.first.equals(name, ignoreCase = true)
}?.second
