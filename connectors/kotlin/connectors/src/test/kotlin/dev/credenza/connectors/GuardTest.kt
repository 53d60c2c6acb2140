// Chart 919: What the guards for Kotlin and Java share | needs added up, several issuers, the log, settings of frameworks
package dev.credenza.connectors

import dev.credenza.DpopSettings
import dev.credenza.Settings
import dev.credenza.TestIssuer
import dev.credenza.Validator
import dev.credenza.fetcher
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class GuardTest {
    private val api = "https://api.example"
    private val one = TestIssuer("https://one.example")
    private val two = TestIssuer("https://two.example")

    @Test
    fun `needs are added up`() {
        val sum = Needs.scopes("a") and Needs.scopes("b", "a") and Needs.maxAge(60) and Needs.maxAge(600)
        assertEquals(Needs(scopes = listOf("a", "b"), maxAge = 60), sum)
        assertEquals(Needs(plans = listOf("pro")), Needs.plans("free", "pro") and Needs.plans("pro", "max"))
        assertEquals(Needs.anyRole("a", "b"), Needs.anyRole("a", "b") and Needs.anyRole("a", "b"))
        assertThrows(IllegalArgumentException::class.java) { Needs.plans("free") and Needs.plans("pro") }
        assertThrows(IllegalArgumentException::class.java) { Needs.anyRole("a") and Needs.anyRole("b") }
    }

    @Test
    fun `a token of an issuer that is none of several is refused by iss`() = runBlocking<Unit> {
        val guard = Guard(listOf(one.trusted(api), two.trusted(api)))
        for (issuer in listOf(one, two)) {
            val allowed = guard.check(request(issuer.bearer(api))) as Outcome.Allowed
            assertEquals(issuer.issuer(), allowed.caller?.claims?.issuer)
        }
        val other = TestIssuer("https://three.example").bearer(api)
        val refused = (guard.check(request(other)) as Outcome.Refused).refusal
        assertEquals("iss", refused.rule)
        assertEquals(401, refused.status)
        assertThrows(IllegalArgumentException::class.java) { Guard(listOf(one.trusted(api), one.trusted(api))) }
    }

    @Test
    fun `rfc6750_3 the challenge of another issuer has the form of the validator's`() = runBlocking<Unit> {
        val settings = Settings(
            one.issuer(),
            listOf(api),
            realm = "a \"b\"",
            resourceMetadata = "$api/.well-known/oauth-protected-resource",
            dpop = DpopSettings(),
        )
        val issuer = TrustedIssuer.of(settings, one.fetcher())
        val guard = Guard(listOf(issuer, two.trusted(api)))
        val foreign = TestIssuer("https://three.example").bearer(api)
        // The key of this one is right, and its issuer is not: here a validator says so itself.
        val stated = one.bearer(api, claims = mapOf("iss" to "https://three.example"))
        for (scheme in listOf("Bearer", "DPoP")) {
            val own = (guard.check(request(foreign.replace("Bearer", scheme))) as Outcome.Refused).refusal.challenge
            val request = request(stated.replace("Bearer", scheme))
            val theirs = (Guard(listOf(issuer)).check(request) as Outcome.Refused).refusal
            assertEquals("iss", theirs.rule)
            assertEquals(theirs.challenge, own)
        }
    }

    @Test
    fun `the issuer can be found by the host`() = runBlocking<Unit> {
        val (first, second) = one.trusted(api) to two.trusted(api)
        val guard = Guard(listOf(first, second), choose = { if (it.host == "one.example") first else null })
        assertTrue(guard.check(request(one.bearer(api), host = "one.example")) is Outcome.Allowed)
        assertTrue(guard.check(request(two.bearer(api), host = "one.example")) is Outcome.Refused)
        assertEquals(
            "iss",
            (guard.check(request(one.bearer(api), host = "two.example")) as Outcome.Refused).refusal.rule,
        )
    }

    @Test
    fun `a client is no user`() = runBlocking<Unit> {
        val guard = Guard(listOf(one.trusted(api)))
        suspend fun caller(claims: Map<String, Any?>) =
            checkNotNull((guard.check(request(one.bearer(api, claims = claims))) as Outcome.Allowed).caller)
        assertTrue(caller(emptyMap()).isUser)
        assertFalse(caller(mapOf("sub" to "m", "client_id" to "m")).isUser)
        assertFalse("user" in caller(emptyMap()).toString())
    }

    @Test
    fun `settings of frameworks are written as the validator reads them`() {
        val written = SettingsDocument.write(
            mapOf(
                "issuer" to "https://id.example",
                "audience" to listOf(api),
                "resource-metadata" to "$api/m",
                "maxTokenAge" to "60",
                "realm" to null,
                "dpop" to mapOf("required" to "true"),
            ),
        )
        val wanted = """{"issuer":"https://id.example","audience":["$api"],"resource_metadata":"$api/m",""" +
            """"max_token_age":60,"dpop":{"required":true}}"""
        assertEquals(wanted, written)
        Validator.fromJson(written).close()
    }

    @Test
    fun `rfc9728_3_1 the path of the resource stands behind the well-known one`() {
        val guard = Guard(listOf(one.trusted("orders")))
        assertNull(Metadata.of(guard))
        assertEquals("/.well-known/oauth-protected-resource", Metadata.of(guard, "https://api.example/")?.path)
        assertEquals("/.well-known/oauth-protected-resource/v1", Metadata.of(guard, "https://api.example/v1")?.path)
        assertThrows(IllegalArgumentException::class.java) { Metadata.of(guard, "orders") }
    }

    private fun request(authorization: String, host: String = "api.example") =
        Incoming("GET", "/orders", host, listOf(authorization), emptyList(), { "https://$host/orders" })
}
