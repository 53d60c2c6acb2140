// Chart 570: Kit for Kotlin and Java, the core | ids, strict JSON, problems, deadlines, counters, roles, pages and their secrets, features, health, log
package dev.credenza.kit

import dev.credenza.TestIssuer
import dev.credenza.connectors.Caller
import dev.credenza.connectors.Guard
import dev.credenza.connectors.Incoming
import dev.credenza.connectors.Outcome
import dev.credenza.connectors.bearer
import dev.credenza.connectors.trusted
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.slf4j.event.Level
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger

class KitTest {
    private val issuer = TestIssuer("https://id.example")

    private fun caller(vararg claims: Pair<String, Any?>): Caller {
        val request =
            Incoming("GET", "/", null, listOf(issuer.bearer(AUDIENCE, claims = mapOf(*claims))), listOf(), { "" })
        val outcome = Guard(listOf(issuer.trusted(AUDIENCE))).checkBlocking(request)
        return checkNotNull((outcome as Outcome.Allowed).caller)
    }

    private class Asked(
        override val caller: Caller? = null,
        override val query: String? = null,
        override val path: String = "/items",
    ) : Exchange {
        val answered = mutableMapOf<String, String>()
        override val requestId = "id"

        override fun setHeader(name: String, value: String) {
            answered[name] = value
        }
    }

    private fun refused(status: Int, name: String?, work: () -> Unit): Problem {
        val problem = assertThrows(Problem::class.java, work)
        assertEquals(status to name, problem.status to problem.name)
        return problem
    }

    @Test
    fun `a request id is short, plain and there once, or a new one`() {
        assertEquals("a-B_9.c", RequestId.of(listOf("a-B_9.c")))
        for (bad in listOf(
            listOf(),
            listOf(""),
            listOf("a", "b"),
            listOf("a b"),
            listOf("a\n"),
            listOf("x".repeat(129)),
        )) {
            assertEquals(36, RequestId.of(bad).length, bad.toString())
        }
    }

    @Test
    fun `JSON is what RFC 8259 says it is`() {
        for (text in listOf("null", "-0.5e+3", """{"a":[1,"é"]}""", "\"\\u0041\"")) {
            assertEquals(JsonText.read("application/json", text.toByteArray()), JsonText.read(TYPE, text.toByteArray()))
        }
        val bad = listOf(
            "", "{", "nothing", "{\"a\":1,}", "01", "1 2", "[NaN]", "{\"a\":.5}",
            "[".repeat(600) + "]".repeat(600),
        )
        for (text in bad) refused(400, "invalid_json") { JsonText.read(TYPE, text.toByteArray()) }
        refused(400, "invalid_json") { JsonText.read(TYPE, byteArrayOf(0x22, 0xff.toByte(), 0x22)) }
        for (type in listOf(null, "text/plain", "application/jsonx", "text/json")) {
            refused(415, "unsupported_media_type") { JsonText.read(type, "1".toByteArray()) }
        }
    }

    @Test
    fun `a problem is found among causes, and its body tells nothing of them`() {
        val problem =
            Problem(403, "gone", members = mapOf("a" to listOf(1, null)), cause = IllegalStateException("inside"))
        assertEquals(
            """{"type":"urn:problem:gone","title":"Forbidden","status":403,"request_id":"id","a":[1,null]}""",
            problem.body("id"),
        )
        assertEquals(problem, Problem.within(RuntimeException(IllegalStateException(problem))))
        assertNull(Problem.within(RuntimeException("none")))
    }

    @Test
    fun `a deadline begins anew, and ends nothing once it is stopped`() {
        val over = CountDownLatch(1)
        val deadline = Deadline(over::countDown)
        deadline.set(Duration.ofMillis(50))
        deadline.set(Duration.ofMillis(300))
        assertFalse(over.await(150, TimeUnit.MILLISECONDS), "the first limit does not count any more")
        assertTrue(over.await(10, TimeUnit.SECONDS) && deadline.isOver)
        val stopped = Deadline { error("ended") }
        stopped.set(Duration.ofMillis(50))
        stopped.stop()
        stopped.set(Duration.ofMillis(1))
        Thread.sleep(100)
        assertFalse(stopped.isOver)
    }

    @Test
    fun `who is refused by one rate takes nothing of another, and keys are bounded`() {
        var now = 0L
        val counters = MemoryCounters(capacity = 2) { now }
        val window = Duration.ofSeconds(2)
        val take = { keys: List<Pair<String, Int>> ->
            counters.take(keys.map { (key, quota) -> Counted(key, quota, window) }).toCompletableFuture().get()
        }
        val both = listOf("caller" to 1, "tenant" to 3)
        assertTrue(take(both).isTaken)
        assertFalse(take(both).isTaken)
        assertEquals(listOf(1, 1), take(both).counts.map(Count::count))
        now += window.toNanos()
        assertTrue(take(both).isTaken)
        assertTrue(take(listOf("another" to 1)).isTaken)
        assertTrue(take(listOf("caller" to 1)).isTaken, "the oldest made room")
    }

    @Test
    fun `a table of roles gives what it says, and nobody more`() {
        val roles = Roles(mapOf("editor" to listOf("items:write"), "admin" to listOf("*")))
        assertTrue(roles.allows(caller("roles" to listOf("editor")), "items:write"))
        assertTrue(roles.allows(caller("roles" to listOf("admin")), "anything"))
        assertTrue(roles.allows(caller("permissions" to listOf("items:write")), "items:write"))
        for (claims in listOf("roles" to listOf("*"), "permissions" to listOf("*"), "roles" to listOf("items:write"))) {
            assertFalse(roles.allows(caller(claims), "items:write"), claims.toString())
        }
        assertFalse(roles.allows(null, "items:write"))
        assertFalse(roles.allows(caller("roles" to listOf("admin")), ""))
    }

    @Test
    fun `a cursor is good for its caller, list, filters and secrets`() {
        val (old, new) = "a".repeat(32) to "b".repeat(32)
        val (one, other) = caller("sub" to "one") to caller("sub" to "other")
        val first = Asked(one, "kind=odd&limit=7")
        val cursor = Pages(old).of(first, "kind").envelope(listOf(1), "7")["next_cursor"] as String
        assertTrue(checkNotNull(first.answered["Link"]).startsWith("</items?kind=odd&limit=7&cursor="))
        val next = "kind=odd&cursor=$cursor"
        assertEquals("7", Pages("$new,$old").of(Asked(one, next), "kind").position)
        val strangers =
            listOf(Asked(other, next), Asked(null, next), Asked(one, next, "/orders"), Asked(one, "cursor=$cursor"))
        for (asked in strangers) refused(400, "invalid_cursor") { Pages(old).of(asked, "kind") }
        refused(400, "invalid_cursor") { Pages(new).of(Asked(one, next), "kind") }
        refused(400, "invalid_limit") { Pages(old).of(Asked(one, "limit=5&limit=6")) }
        refused(400, "invalid_parameter") { Pages(old).of(Asked(one, "kind=a&kind=b"), "kind") }
        refused(400, null) { Pages(old).of(Asked(one, "kind=%zz"), "kind") }
        assertThrows(IllegalArgumentException::class.java) { Pages("short") }
    }

    @Test
    fun `features that were dropped while they were asked for are asked for again`() = runBlocking {
        val answers = ArrayDeque<CompletableFuture<Map<String, Any?>>>()
        val features = Features({ CompletableFuture<Map<String, Any?>>().also(answers::add) })
        val early = CompletableFuture.supplyAsync { features.ofBlocking("pro") }
        while (answers.isEmpty()) Thread.sleep(5)
        features.drop("pro")
        val late = CompletableFuture.supplyAsync { features.ofBlocking("pro") }
        while (answers.size < 2) Thread.sleep(5)
        answers[1].complete(mapOf("exports" to true))
        assertEquals(mapOf("exports" to true), late.get())
        answers[0].complete(mapOf("exports" to false))
        assertEquals(mapOf("exports" to false), early.get())
        assertEquals(true, features.of("pro")["exports"])
        features.drop("free")
        assertEquals(true, features.of("pro")["exports"])
        assertEquals(2, answers.size)
        features.drop(null)
        val last = CompletableFuture.supplyAsync { features.ofBlocking("pro") }
        while (answers.size < 3) Thread.sleep(5)
        answers[2].complete(mapOf())
        assertEquals(mapOf<String, Any?>(), last.get())
    }

    @Test
    fun `older features are used while new ones cannot be had`() = runBlocking {
        var now = 0L
        val asked = AtomicInteger()
        val answer = { if (asked.incrementAndGet() == 1) mapOf("projects" to 3L) else error("away") }
        val features = Features({ CompletableFuture.completedFuture(answer()) }, nanos = { now })
        assertEquals(3L, features.of("pro")["projects"])
        now += Duration.ofMinutes(6).toNanos()
        assertEquals(3L, features.of("pro")["projects"])
        assertEquals(3L, features.of("pro")["projects"])
        assertEquals(2, asked.get(), "after a failure nobody is asked for a while")
        refused(503, "features_unavailable") { features.ofBlocking("free") }
        features.withinBlocking(caller("plan" to "pro"), "projects", 2)
        refused(403, "limit_reached") { features.withinBlocking(caller("plan" to "pro"), "projects", 3) }
        Unit
    }

    @Test
    fun `health is asked for once a second, and does not tell why`() = runBlocking {
        val count = AtomicInteger()
        val health = Health(mapOf("a" to Check { count.incrementAndGet() }, "b" to Check { error("inside") }))
        val answers = List(5) { health.ready() }
        assertEquals(1, count.get())
        assertEquals(503, answers.first().status)
        assertEquals("""{"status":"unavailable","checks":{"a":"ok","b":"failed"}}""", answers.first().body)
        assertEquals(200, Health(mapOf("a" to Check {})).ready().status)
    }

    @Test
    fun `a record is one line, whatever is in it`() {
        val bytes = ByteArrayOutputStream()
        Log.json(PrintStream(bytes, true, Charsets.UTF_8)).write(Level.INFO, "a\nb", mapOf("c" to "\"\n", "d" to null))
        val line = bytes.toString(Charsets.UTF_8)
        assertEquals(line.length - 1, line.indexOf('\n'))
        assertTrue(""""level":"info","message":"a\nb","c":"\"\n"}""" in line, line)
    }

    @Test
    fun `headers are added where they are not set, and a page has its own policy`() {
        val headers = SecurityHeaders(isSecure = true)
        val all = headers.missing("application/json", true) { false }
        assertEquals("no-store", all["Cache-Control"])
        assertEquals("max-age=31536000", all["Strict-Transport-Security"])
        assertNull(headers.missing("text/html; charset=utf-8", true) { false }["Content-Security-Policy"])
        assertEquals(setOf<String>(), headers.missing("a/b", true) { true }.keys)
        assertNotEquals(all, SecurityHeaders(isSecure = false).missing("application/json", true) { false })
    }

    private companion object {
        const val AUDIENCE = "https://api.example"
        const val TYPE = "application/problem+json; charset=utf-8"
    }
}
