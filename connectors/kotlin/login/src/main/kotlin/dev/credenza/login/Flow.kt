package dev.credenza.login

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.long
import kotlinx.serialization.json.put
import java.security.MessageDigest
import java.util.Base64

/** A sign-in under way: what was sent to the provider, and where the browser goes on afterwards. */
internal class Flow(
    val state: String,
    val nonce: String,
    val verifier: String,
    val returnTo: String,
    val startedAt: Long,
) {
    fun bytes(): ByteArray = buildJsonObject {
        put("state", state)
        put("nonce", nonce)
        put("verifier", verifier)
        put("return_to", returnTo)
        put("started_at", startedAt)
    }.toString().toByteArray()

    companion object {
        fun of(bytes: ByteArray): Flow = (Json.parseToJsonElement(bytes.decodeToString()) as JsonObject).let {
            fun text(name: String) = (it.getValue(name) as JsonPrimitive).content
            Flow(
                text("state"),
                text("nonce"),
                text("verifier"),
                text("return_to"),
                (it.getValue("started_at") as JsonPrimitive).long,
            )
        }
    }
}

/** Sign-ins under way, each in a cookie of its own, so that tabs do not disturb each other. */
internal class Flows(private val settled: Settled, private val sealed: Sealed, private val cookies: Cookies) {
    private val prefix = settled.cookie("credenza-flow-")

    fun start(returnTo: String): Flow = Flow(randomText(), randomText(), randomText(), returnTo, settled.now())

    fun keep(exchange: Exchange, flow: Flow) {
        makeRoom(exchange)
        val name = nameOf(flow.state)
        cookies.set(exchange, name, sealed.seal(name, flow.bytes()), LIFETIME)
    }

    /** The flow of a state, where this browser began it and not too long ago. */
    fun find(exchange: Exchange, state: String?): Flow? {
        val name = nameOf(state ?: return null)
        val flow = opened(name, cookies.read(exchange)[name] ?: return null) ?: return null
        val isSame = MessageDigest.isEqual(flow.state.toByteArray(), state.toByteArray())
        return flow.takeIf { isSame && settled.now() - flow.startedAt <= LIFETIME }
    }

    fun spend(exchange: Exchange, flow: Flow): Unit = cookies.remove(exchange, nameOf(flow.state))

    /** The oldest make room; what cannot be opened is older than all. */
    private fun makeRoom(exchange: Exchange) {
        val known = cookies.read(exchange).filterKeys { it.startsWith(prefix) }
        val excess = known.size - MOST + 1
        if (excess <= 0) return
        known.keys.sortedBy { opened(it, known.getValue(it))?.startedAt ?: 0 }
            .take(excess)
            .forEach { cookies.remove(exchange, it) }
    }

    private fun opened(name: String, value: String): Flow? = sealed.open(name, value)?.let(Flow::of)

    private fun nameOf(state: String): String {
        val hash = MessageDigest.getInstance("SHA-256").digest(state.toByteArray())
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(hash.copyOf(NAME_BYTES))
    }

    private companion object {
        const val LIFETIME = 600L
        const val MOST = 5
        const val NAME_BYTES = 12
    }
}
