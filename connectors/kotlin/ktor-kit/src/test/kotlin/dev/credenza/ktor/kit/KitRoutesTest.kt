// Chart 942: Kit in Ktor, what is its own | limits inside of limits, gates inside of gates and without a caller, fields of handlers, answers that break off
package dev.credenza.ktor.kit

import dev.credenza.kit.Gate
import dev.credenza.kit.Log
import dev.credenza.kit.Problem
import dev.credenza.kit.Roles
import io.ktor.http.ContentType
import io.ktor.server.application.install
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.receiveText
import io.ktor.server.response.header
import io.ktor.server.response.respondBytesWriter
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.utils.io.writeFully
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList

class KitRoutesTest {
    private val records = CopyOnWriteArrayList<Map<String, Any?>>()
    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    private fun serving(routes: Route.() -> Unit, work: (Int) -> Unit) {
        val server = embeddedServer(CIO, 0, "127.0.0.1") {
            install(CredenzaKit) {
                bodyLimit = 4
                timeout = Duration.ofMillis(500)
                log = Log { _, _, members -> records.add(members) }
            }
            routing(routes)
        }.start()
        try {
            work(runBlocking { server.engine.resolvedConnectors().first().port })
        } finally {
            server.stop(0, 0)
        }
    }

    private fun ask(port: Int, path: String, method: String = "GET", body: String = ""): HttpResponse<String> =
        ask(port, path, method, HttpRequest.BodyPublishers.ofString(body))

    private fun ask(port: Int, path: String, method: String, body: HttpRequest.BodyPublisher): HttpResponse<String> {
        val request = HttpRequest.newBuilder(URI("http://127.0.0.1:$port$path"))
            .method(method, body).timeout(Duration.ofSeconds(60)).build()
        return client.send(request, HttpResponse.BodyHandlers.ofString())
    }

    @Test
    fun `a body is limited however it is received, by the nearest limit`() = serving({
        post("/four") { call.respondText(call.receiveText()) }
        post("/bytes") { call.respondText(call.receiveBody().decodeToString()) }
        bodyLimit(100) {
            post("/hundred") { call.respondText(call.receiveText()) }
            bodyLimit(2) { post("/two") { call.respondText(call.receiveText()) } }
        }
    }) { port ->
        val statuses = { path: String, sizes: List<Int> ->
            sizes.map { ask(port, path, "POST", "x".repeat(it)).statusCode() }
        }
        assertEquals(listOf(200, 413), statuses("/four", listOf(4, 5)))
        assertEquals(listOf(200, 413), statuses("/hundred", listOf(100, 101)))
        assertEquals(listOf(200, 413), statuses("/two", listOf(2, 3)))
        assertTrue("urn:problem:body_too_large" in ask(port, "/four", "POST", "12345").body())
        val inChunks = { size: Int ->
            HttpRequest.BodyPublishers.ofInputStream { "x".repeat(size).byteInputStream() }
        }
        for (path in listOf("/four", "/bytes")) {
            assertEquals("xxxx", ask(port, path, "POST", inChunks(4)).body())
            assertEquals(413, ask(port, path, "POST", inChunks(5)).statusCode(), path)
            assertEquals(413, ask(port, path, "POST", inChunks(50_000)).statusCode(), path)
        }
    }

    @Test
    fun `an answer that has begun in time may take longer`() = serving({
        get("/late") {
            delay(10_000)
            call.respondText("late")
        }
        get("/begun") {
            call.respondBytesWriter {
                writeFully("begun".toByteArray())
                flush()
                delay(1_000)
                writeFully(" and ended".toByteArray())
            }
        }
    }) { port ->
        assertEquals("begun and ended", ask(port, "/begun").body())
        val late = ask(port, "/late")
        assertEquals(503 to true, late.statusCode() to ("urn:problem:timeout" in late.body()))
    }

    @Test
    fun `all gates around a route are asked, the outer one first, and refuse where there is no caller`() {
        val asked = CopyOnWriteArrayList<String>()
        serving({
            gate(Gate { asked += "outer" }) {
                gate(Gate { asked += "inner" }) { get("/both") { call.respondText("ok") } }
                gate(
                    Gate {
                        throw Problem(409, "no")
                    },
                    Gate { asked += "never" },
                ) { get("/no") { call.respondText("ok") } }
            }
            gate(Roles(mapOf("admin" to listOf("*"))).requires("a")) { get("/edit") { call.respondText("ok") } }
        }) { port ->
            assertEquals(200, ask(port, "/both").statusCode())
            assertEquals(409, ask(port, "/no").statusCode())
            assertEquals(listOf("outer", "inner", "outer"), asked)
            assertEquals(403, ask(port, "/edit").statusCode())
        }
    }

    @Test
    fun `fields that a handler sets stay, and a page has its own policy`() = serving({
        get("/own") {
            call.response.header("Referrer-Policy", "origin")
            call.respondText("<p>", ContentType.Text.Html)
        }
    }) { port ->
        val answer = ask(port, "/own").headers()
        assertEquals(listOf("origin"), answer.allValues("Referrer-Policy"))
        assertEquals(listOf<String>(), answer.allValues("Content-Security-Policy"))
        assertEquals(listOf("nosniff"), answer.allValues("X-Content-Type-Options"))
        val missing = ask(port, "/missing", "HEAD")
        assertEquals(404 to "", missing.statusCode() to missing.body())
    }

    @Test
    fun `an answer that fails on its way is broken off, and told to the log`() = serving({
        get("/broken") {
            call.respondBytesWriter {
                writeFully("half".toByteArray())
                flush()
                error("inside")
            }
        }
    }) { port ->
        assertThrows(IOException::class.java) { ask(port, "/broken") }
        // The client learns of it first.
        val isTold = { records.any { "inside" in it["cause"].toString() } }
        for (tries in 1..200) if (!isTold()) Thread.sleep(25)
        assertTrue(isTold(), records.toString())
    }
}
