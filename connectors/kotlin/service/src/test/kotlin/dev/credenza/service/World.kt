package dev.credenza.service

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.net.URLDecoder
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger

/** A provider and a service in one. */
internal class World : AutoCloseable {
    private val threads = Executors.newCachedThreadPool()
    private val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0).apply { executor = threads }
    val url: String = "http://127.0.0.1:${server.address.port}"

    /** The parameters of token requests, and their `Authorization`. */
    val tokenRequests = CopyOnWriteArrayList<Map<String, String>>()

    /** `Authorization` of calls of the service, and their bodies. */
    val calls = CopyOnWriteArrayList<String>()

    /** How many calls are still answered by 401. */
    val refusals = AtomicInteger()

    /** Which issuer the metadata name. */
    @Volatile
    var issuer: String = url

    /** How long tokens live, in seconds. */
    @Volatile
    var lifetime: Long = 300

    /** Keys of idempotency that were there. */
    val keys: MutableSet<String> = ConcurrentHashMap.newKeySet()

    init {
        server.createContext("/.well-known/openid-configuration") {
            it.answer(200, """{"issuer":"$issuer","token_endpoint":"$url/token"}""")
        }
        server.createContext("/token", ::token)
        server.createContext("/orders") { exchange ->
            val body = exchange.requestBody.readBytes().toString(Charsets.UTF_8)
            calls += "${exchange.requestHeaders.getFirst("Authorization")} $body".trim()
            if (refusals.getAndUpdate { maxOf(0, it - 1) } > 0) exchange.answer(401) else exchange.answer(200, "[]")
        }
        server.createContext("/long") { it.answer(200, "x".repeat(2_000)) }
        server.createContext("/moved") {
            it.responseHeaders.add("Location", "$url/orders")
            it.answer(302)
        }
        server.createContext("/admin/v1/users", ::users)
        server.start()
    }

    fun client(): ServiceClient = ServiceClient {
        issuer = this@World.url
        clientId = "shop"
        clientSecret = "a secret: of it"
        maxAnswer = 1_000
    }

    private fun token(exchange: HttpExchange) {
        val form = exchange.requestBody.readBytes().toString(Charsets.UTF_8).split('&')
            .associate { it.substringBefore('=') to URLDecoder.decode(it.substringAfter('='), Charsets.UTF_8) }
        tokenRequests += form + ("authorization" to exchange.requestHeaders.getFirst("Authorization"))
        Thread.sleep(50)
        exchange.answer(
            200,
            """{"access_token":"t${tokenRequests.size}","token_type":"Bearer","expires_in":$lifetime}""",
        )
    }

    private fun users(exchange: HttpExchange) {
        val name = exchange.requestURI.rawPath.removePrefix("/admin/v1/users")
        when {
            exchange.requestMethod != "POST" && name == "/gone" -> exchange.problem(404, "not-found")

            exchange.requestMethod != "POST" -> exchange.answer(
                200,
                """{"user_id":"$name","username":"ada","claims":{"n":1}}""",
            )

            // The first try is told to come again.
            keys.add(exchange.requestHeaders.getFirst("Idempotency-Key")) -> {
                exchange.responseHeaders.add("Retry-After", "1")
                exchange.problem(429, "too-many-requests")
            }

            else -> exchange.problem(409, "taken")
        }
    }

    private fun HttpExchange.problem(status: Int, name: String) =
        answer(status, """{"type":"$url/admin/v1/problems/$name","title":"No","status":$status}""")

    private fun HttpExchange.answer(status: Int, body: String = "") = use {
        requestBody.readAllBytes()
        sendResponseHeaders(status, if (body.isEmpty()) -1 else body.length.toLong())
        if (body.isNotEmpty()) responseBody.write(body.toByteArray())
    }

    override fun close() {
        server.stop(0)
        threads.shutdownNow()
    }
}

private inline fun HttpExchange.use(work: () -> Unit) = try {
    work()
} finally {
    close()
}
