package dev.credenza

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.util.concurrent.CopyOnWriteArrayList

class FlightsTest {
    private val world = World()
    private val gate = CompletableDeferred<Unit>()
    private val gated = Fetcher { fetch ->
        gate.await()
        world.fetcher.fetch(fetch)
    }

    @Test
    fun `a235 64 callers share one fetch`() = runBlocking(Dispatchers.Default) {
        val validator = Validator(Settings(ISSUER, listOf(API)), gated, world.clock)
        val token = world.token()
        val checks = List(64) { async { validator.validate(token).sub } }
        yield()
        gate.complete(Unit)
        assertEquals(List(64) { "user" }, checks.awaitAll())
        assertEquals(listOf("$ISSUER/.well-known/openid-configuration", "$ISSUER/jwks"), world.fetched)
    }

    @Test
    fun `a fetch goes on when who asked for it first is cancelled`() = runBlocking(Dispatchers.Default) {
        val validator = Validator(Settings(ISSUER, listOf(API)), gated, world.clock)
        val token = world.token()
        val first = launch { validator.validate(token) }
        val second = async { validator.validate(token).sub }
        yield()
        first.cancelAndJoin()
        gate.complete(Unit)
        assertEquals("user", second.await())
        assertEquals(2, world.fetched.size)
    }

    @Test
    fun `keys that age are fetched in the background`() = runBlocking<Unit> {
        val validator = world.validator()
        val token = world.token()
        validator.validate(token)
        world.clock.seconds += 301
        assertEquals("user", validator.validate(world.token()).sub)
        validator.settled()
        assertEquals(3, world.fetched.size)
        validator.validate(world.token())
        validator.settled()
        assertEquals(3, world.fetched.size)
    }

    @Test
    fun `a236 what fails or is too long is a refusal, and never an empty key set`() = runBlocking<Unit> {
        val shown = CopyOnWriteArrayList<Int>()
        for (fetcher in listOf(
            Fetcher { throw IllegalStateException("no network \uD800") },
            Fetcher { fetch -> FetchResponse(200, ByteArray(fetch.maxBytes + 1).also { shown += it.size }) },
            Fetcher { FetchResponse(302, ByteArray(0)) },
            Fetcher { FetchResponse(200, "<html>".toByteArray(), "text/html", "max-age=\uD800") },
        )) {
            val validator = Validator(Settings(ISSUER, listOf(API)), fetcher, world.clock)
            val deny = validator.check(Request(listOf("Bearer ${world.token()}"))) as Decision.Deny
            assertEquals(503, deny.denied.status)
            assertEquals("keys_unavailable", deny.denied.rule)
            assertEquals(null, deny.denied.wwwAuthenticate)
        }
        assertTrue(shown.isNotEmpty())
    }
}
