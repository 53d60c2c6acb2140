package dev.credenza

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.util.concurrent.CopyOnWriteArrayList

/** A developer learns why: in `detail`, in the log, and by `ready`, but never in the answer. */
class WhyTest {
    private val world = World()
    private val lines = CopyOnWriteArrayList<String>()
    private val log = Log { level, text, _ -> lines += "$level $text" }

    private fun validator(fetcher: Fetcher = world.fetcher, settings: Settings = Settings(ISSUER, listOf(API))) =
        Validator(settings, fetcher, world.clock, log)

    @Test
    fun `trouble with the issuer has its cause`() = runBlocking<Unit> {
        val metadata = "{\"issuer\":\"$ISSUER/\",\"jwks_uri\":\"$ISSUER/jwks\"}"
        for ((cause, fetcher) in listOf(
            Cause.HTTP_STATUS to Fetcher { FetchResponse(403, ByteArray(0)) },
            Cause.HTML to Fetcher { FetchResponse(200, "<html>".toByteArray(), "text/html") },
            Cause.NOT_JSON to Fetcher { FetchResponse(200, "no".toByteArray(), "text/plain") },
            Cause.REDIRECT to Fetcher { FetchResponse(302, ByteArray(0)) },
            Cause.ISSUER_MISMATCH to Fetcher { FetchResponse(200, metadata.toByteArray()) },
            Cause.TLS_NAME to Fetcher { throw FetchException(Cause.TLS_NAME, "no such name") },
            Cause.OTHER to Fetcher { error("broken") },
        )) {
            val denied = refused(validator(fetcher))
            assertEquals(503, denied.status)
            assertEquals(cause, denied.detail.trouble?.cause)
            assertFalse(denied.headers.values.any { cause.wireName in it })
            val failure = assertThrows(NotReady::class.java) { validator(fetcher).readyBlocking() }
            assertEquals(cause, failure.trouble.cause)
            assertTrue(lines.any { it.startsWith("WARNING ${cause.wireName} at $ISSUER/") }, "$lines")
        }
        assertTrue(lines.any { "issuer_mismatch" in it && "slash" in it }, "$lines")
        validator().readyBlocking()
        assertEquals(2, world.fetched.size)
    }

    @Test
    fun `a cause is one line a minute`() {
        val validator = validator()
        val token = world.issuer.mint(emptyMap(), API, "JWT", clock = world.clock)
        repeat(100) { refused(validator, token) }
        assertEquals(1, lines.size, "$lines")
        assertTrue(lines.single().startsWith("INFO refused by typ: ") && "at+jwt" in lines.single(), "$lines")
        assertFalse(token in lines.single())
        refused(validator, "x.y.z")
        assertEquals(2, lines.size, "$lines")
        world.clock.seconds += 59
        refused(validator, token)
        assertEquals(2, lines.size, "$lines")
        world.clock.seconds += 1
        refused(validator, token)
        assertEquals(3, lines.size, "$lines")
        validator.validateBlocking(world.token())
        assertEquals(3, lines.size, "$lines")
    }

    @Test
    fun `a log that fails decides nothing`() {
        Validator(Settings(ISSUER, listOf(API)), world.fetcher, world.clock, { _, _, _ -> error("full") }).use {
            assertEquals("typ", refused(it, world.issuer.mint(emptyMap(), API, "JWT", clock = world.clock)).rule)
        }
    }

    @Test
    fun `a refusal says what was found and what was wanted`() {
        val typ = refused(validator(), world.issuer.mint(emptyMap(), API, "JWT", clock = world.clock)).detail
        assertEquals(listOf("typ", listOf("JWT"), listOf("at+jwt")), listOf(typ.member, typ.found, typ.wanted))
        val aud = refused(validator(), world.issuer.mint(emptyMap(), "b", clock = world.clock)).detail
        assertEquals(listOf("aud", listOf("b"), listOf(API)), listOf(aud.member, aud.found, aud.wanted))
        val missing = refused(validator(), world.token(mapOf("client_id" to null))).detail
        assertEquals(Detail.Problem.MISSING, missing.problem)
        assertEquals("client_id", missing.member)
    }

    @Test
    fun `settings are named as they are spelled here`() {
        for ((settings, name) in listOf(
            Settings(ISSUER, listOf(API), maxTokenBytes = -1) to "maxTokenBytes",
            Settings(ISSUER, listOf(API), dpop = DpopSettings(maxAge = -1)) to "dpop.maxAge",
            Settings(ISSUER, listOf(API), secretText = "x") to "secretText",
        )) {
            val error = assertThrows(SettingsException.Invalid::class.java) { Validator(settings) }
            assertEquals(name, error.setting, error.reason)
        }
        val json = "{\"issuer\":\"$ISSUER\",\"audience\":\"$API\",\"max_token_bytes\":-1}"
        val error = assertThrows(SettingsException.Invalid::class.java) { Validator.fromJson(json) }
        assertEquals("max_token_bytes", error.setting)
    }

    @Test
    fun `white space is no part of a token`() {
        val token = world.token()
        assertEquals("user", validator().validateBlocking(token).sub)
        for (text in listOf("", " ", "\t\r\n")) {
            assertEquals("token_missing", refused(validator(), text).rule)
            assertEquals(401, refused(validator(), text).status)
        }
        for (text in listOf(" $token", "$token ", "\t$token", "$token\n", "a\u0000b", "Bearer $token")) {
            assertEquals("credentials_many", refused(validator(), text).rule)
            assertEquals(400, refused(validator(), text).status)
        }
    }

    @Test
    fun `what the metadata for native images name exists`() {
        val path = "META-INF/native-image/dev.credenza/validator/reachability-metadata.json"
        val text = checkNotNull(javaClass.classLoader.getResource(path)).readText()
        val types = (Json.members(text)["reflection"] as List<*>).map { (it as Map<*, *>)["type"] as String }
        assertTrue(types.size > 5)
        types.forEach { Class.forName(it, false, javaClass.classLoader) }
    }

    private fun refused(validator: Validator, token: String = world.token()): Denied =
        assertThrows(Denied::class.java) { validator.validateBlocking(token) }
}
