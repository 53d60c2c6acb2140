package dev.credenza

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.Instant
import java.util.concurrent.ExecutionException

class ValidatorTest {
    private val world = World()
    private val validator = world.validator()

    @Test
    fun `rfc9068_4 a good token gives its claims`() = runBlocking<Unit> {
        val claims = validator.validate(world.token(mapOf("scope" to "read write", "org" to mapOf("id" to 7))))
        assertEquals(ISSUER, claims.issuer)
        assertEquals("user", claims.sub)
        assertEquals("client", claims.clientId)
        assertEquals(listOf(API), claims.audience)
        assertEquals(setOf("read", "write"), claims.scopes)
        assertEquals(Instant.ofEpochSecond(NOW + 300), claims.expiresAt)
        assertEquals(mapOf("id" to 7L), claims["org"])
        assertTrue(claims.json.startsWith("{"))
        assertFalse("user" in claims.toString())
    }

    @Test
    fun `rfc6750_3_1 what a route asks for and the token has not is refused with its challenge`() = runBlocking<Unit> {
        val token = world.token(mapOf("scope" to "read"))
        assertEquals("user", validator.validate(token, Requirement(scopes = listOf("read"))).sub)
        val denied = refused { validator.validate(token, Requirement.scopes("read", "write")) }
        assertEquals(403, denied.status)
        assertEquals("scope", denied.rule)
        assertEquals("RFC 6750 section 3.1", denied.section)
        assertEquals("insufficient_scope", denied.error)
        assertTrue(checkNotNull(denied.wwwAuthenticate).contains("scope=\"read write\""), denied.wwwAuthenticate)
    }

    @Test
    fun `rfc7519_4_1_4 the clock that was given counts`() = runBlocking<Unit> {
        val token = world.token()
        assertEquals("user", validator.validate(token).sub)
        world.clock.seconds = NOW + 331
        assertEquals("exp", refused { validator.validate(token) }.rule)
    }

    @Test
    fun `a check is a decision and no exception`() = runBlocking<Unit> {
        val allow = validator.check(Request(listOf("Bearer ${world.token()}"))) as Decision.Allow
        assertEquals("user", allow.claims.sub)
        assertNull(allow.dpopNonce)
        val deny = validator.check(Request(emptyList())) as Decision.Deny
        assertEquals("token_missing", deny.denied.rule)
        assertEquals("Bearer", deny.denied.wwwAuthenticate)
        assertNull(deny.denied.error)
    }

    @Test
    fun `blocking and future forms decide the same`() {
        val token = world.token()
        assertEquals("user", validator.validateBlocking(token).sub)
        assertEquals("user", validator.validateAsync(token).get().sub)
        assertTrue(validator.checkAsync(Request(listOf("Bearer $token"))).get() is Decision.Allow)
        assertTrue(validator.checkBlocking(Request(listOf("Bearer x"))) is Decision.Deny)
        assertThrows(Denied::class.java) { validator.validateBlocking("x.y.z") }
        val failed = assertThrows(ExecutionException::class.java) { validator.validateAsync("x.y.z").get() }
        assertTrue(failed.cause is Denied)
    }

    @Test
    fun `oidc_core_3_1_3_7 ID tokens and logout tokens`() = runBlocking<Unit> {
        val client = world.validator(Settings(ISSUER, clientId = "client"))
        val idToken = mint(mapOf("nonce" to "n"), "JWT")
        assertEquals("user", client.checkIdToken(idToken, IdTokenExpectations(nonce = "n")).sub)
        assertEquals("nonce", refused { client.checkIdToken(idToken, IdTokenExpectations(nonce = "m")) }.rule)
        val events = mapOf("http://schemas.openid.net/event/backchannel-logout" to emptyMap<String, Any>())
        val logout = mint(mapOf("events" to events), "logout+jwt")
        assertEquals("user", client.checkLogoutToken(logout).sub)
        assertEquals("logout_replay", refused { client.checkLogoutToken(logout) }.rule)
    }

    @Test
    fun `a237 rotated keys are found, withdrawn ones are dead, and revoked tokens too`() = runBlocking<Unit> {
        val feeding = Settings(ISSUER, listOf(API), revocations = RevocationSettings(interval = 5))
        val validator = world.validator(feeding)
        val old = world.token()
        assertEquals("user", validator.validate(old).sub)
        world.clock.seconds += 31
        world.issuer.rotate()
        assertEquals("user", validator.validate(world.token()).sub)
        assertEquals("user", validator.validate(old).sub)
        world.issuer.revoke("jti", checkNotNull(validator.validate(old).jti))
        world.clock.seconds += 11
        assertEquals("revoked", refused { validator.validate(old) }.rule)
        world.issuer.rotate(withdraw = true)
        world.clock.seconds += 31
        assertEquals("user", validator.validate(world.token()).sub)
        assertEquals("kid", refused { world.validator().validate(old) }.rule)
    }

    @Test
    fun `a240 settings that are missing or contradictory are refused by name`() {
        for ((settings, name) in listOf(
            Settings(ISSUER) to "audience",
            Settings("http://id.example", listOf(API)) to "issuer",
            Settings(ISSUER, listOf(API), algorithms = emptyList()) to "algorithms",
            Settings(ISSUER, listOf(API), leeway = 301) to "leeway",
            Settings(ISSUER, listOf(API), keys = "{\"keys\":[],\"keys\":[]}") to "settings",
            Settings(ISSUER, listOf(API), cacheSize = -1) to "cacheSize",
        )) {
            val error = assertThrows(SettingsException.Invalid::class.java) { Validator(settings) }
            assertEquals(name, error.setting, error.reason)
        }
        assertThrows(SettingsException::class.java) { Validator.fromJson("{\"issuer\":\"$ISSUER\",\"odd\":1}") }
        assertThrows(SettingsException::class.java) { Requirement.fromJson("{\"scope\":\"read\"}") }
        val json = "{\"issuer\":\"$ISSUER\",\"audience\":\"$API\"}"
        assertEquals("user", Validator.fromJson(json, world.fetcher, world.clock).validateBlocking(world.token()).sub)
    }

    @Test
    fun `secrets are not printed`() {
        val introspection = IntrospectionSettings("me", "hush")
        val settings = Settings(ISSUER, listOf(API), secret = "c2VjcmV0", introspection = introspection)
        for (text in listOf(settings.toString(), introspection.toString())) {
            assertFalse("hush" in text || "c2VjcmV0" in text, text)
        }
    }

    @Test
    fun `a closed validator is an error and no decision`() = runBlocking<Unit> {
        assertEquals("user", validator.validate(world.token()).sub)
        validator.close()
        assertThrows(IllegalStateException::class.java) { validator.validateBlocking(world.token()) }
        assertThrows(IllegalStateException::class.java) { validator.checkBlocking(Request(emptyList())) }
    }

    private fun mint(claims: Map<String, Any?>, typ: String) =
        world.issuer.mint(claims, "client", typ, clock = world.clock)

    private suspend fun refused(check: suspend () -> Any): Denied = try {
        throw AssertionError("allowed: ${check()}")
    } catch (denied: Denied) {
        denied
    }
}
