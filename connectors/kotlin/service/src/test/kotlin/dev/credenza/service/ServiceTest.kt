// Chart 571: Service client for Kotlin and Java | tokens, refusals, where they may go, bounds of answers, typed errors, on behalf
package dev.credenza.service

import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.time.Duration
import java.util.Base64

class ServiceTest {
    private val world = World()
    private val client = world.client()
    private val orders = client.service(world.url, listOf("orders:read", "orders:write"))

    @AfterEach
    fun close() {
        client.close()
        world.close()
    }

    private fun order(): HttpRequest = orders.request("/orders").POST(BodyPublishers.ofString("body")).build()

    @Test
    fun `a token is asked for once for all who wait, and kept`() = runBlocking<Unit> {
        List(10) { async { orders.call(order()) } }.awaitAll().forEach { assertEquals("[]", it.text()) }
        orders.call(order())
        assertEquals(List(11) { "Bearer t1 body" }, world.calls)
        val asked = world.tokenRequests.single()
        assertEquals("client_credentials", asked["grant_type"])
        assertEquals("orders:read orders:write", asked["scope"])
        assertEquals(world.url, asked["resource"])
        // RFC 6749 section 2.3.1: encoded as forms are, and then as Basic has it.
        val basic = Base64.getEncoder().encodeToString("shop:a+secret%3A+of+it".toByteArray())
        assertEquals("Basic $basic", asked["authorization"])
    }

    @Test
    fun `a token that is about to expire is replaced`() {
        world.lifetime = 1
        orders.callBlocking(order())
        Thread.sleep(950)
        orders.callBlocking(order())
        assertEquals(listOf("Bearer t1 body", "Bearer t2 body"), world.calls)
    }

    @Test
    fun `a token that is refused is replaced once`() {
        world.refusals.set(1)
        assertEquals(200, orders.callBlocking(order()).status)
        assertEquals(listOf("Bearer t1 body", "Bearer t2 body"), world.calls)
        world.refusals.set(5)
        assertEquals(401, assertThrows(RefusedException::class.java) { orders.callBlocking(order()) }.failure.status)
        assertEquals(4, world.calls.size)
    }

    @Test
    fun `a token goes nowhere but below the service's URL`() {
        val below = client.service("${world.url}/orders", emptyList(), world.url)
        assertEquals(200, below.callBlocking(below.request("").build()).status)
        for (path in listOf("/../admin", "/%2E%2e/admin", "/.")) {
            assertThrows(IllegalArgumentException::class.java, {
                below.callBlocking(below.request(path).build())
            }, path)
        }
        for (url in listOf("http://evil.example/orders", "${world.url}/ordersX", "${world.url}/admin")) {
            val request = HttpRequest.newBuilder(URI(url)).build()
            assertThrows(IllegalArgumentException::class.java, { below.callBlocking(request) }, url)
        }
        assertEquals(1, world.calls.size)
        val moved = orders.request("/moved").build()
        assertEquals(302, assertThrows(InvalidException::class.java) { orders.callBlocking(moved) }.failure.status)
        assertEquals(1, world.calls.size)
    }

    @Test
    fun `an answer that is too long is no answer`() {
        val long = orders.request("/long").build()
        assertThrows(UnavailableException::class.java) { orders.callBlocking(long) }
        assertEquals(200, orders.callBlocking(order()).status)
    }

    @Test
    fun `metadata of another issuer get no secret`() {
        world.issuer = "http://other.example"
        assertThrows(UnavailableException::class.java) { orders.callBlocking(order()) }
        assertEquals(0, world.tokenRequests.size)
        world.issuer = world.url
        assertEquals(200, orders.callBlocking(order()).status)
    }

    @Test
    fun `errors have types, and a short wait is waited for with the same key`() {
        val begun = System.nanoTime()
        val taken = assertThrows(UserAlreadyExistsException::class.java) { client.users.createBlocking(NewUser("ada")) }
        assertTrue(Duration.ofNanos(System.nanoTime() - begun) >= Duration.ofSeconds(1))
        assertEquals(listOf<Any?>(409, "taken", "No"), taken.failure.run { listOf(status, type, detail) })
        assertEquals(1, world.keys.size)
        assertThrows(NotFoundException::class.java) { client.users.getBlocking("gone") }
        assertEquals(mapOf("n" to 1L), client.users.getBlocking("ada").claims)
        world.close()
        assertThrows(UnavailableException::class.java) { client.users.getBlocking("ada") }
    }

    @Test
    fun `an id is one part of a path`() {
        assertEquals("/a%2Fb%3Fc%20d", client.users.getBlocking("a/b?c d").id)
        for (id in listOf("", ".", "..")) {
            assertThrows(NotFoundException::class.java, { client.users.getBlocking(id) }, id)
        }
    }

    @Test
    fun `only a bearer token is forwarded`() {
        val service = client.onBehalf("bearer of-the-caller", world.url)
        world.refusals.set(1)
        assertThrows(RefusedException::class.java) { service.callBlocking(service.request("/orders").build()) }
        assertEquals(200, service.callBlocking(service.request("/orders").build()).status)
        assertEquals(List(2) { "Bearer of-the-caller" }, world.calls)
        assertEquals(0, world.tokenRequests.size)
        for (field in listOf(null, "", "DPoP abc", "Basic YTpi", "Bearer a b", "Bearer ")) {
            assertThrows(IllegalArgumentException::class.java, { client.onBehalf(field, world.url) }, field)
        }
    }

    @Test
    fun `a setting that is wrong is named`() {
        fun wrong(setting: String, change: ServiceConfig.() -> Unit) {
            val failure = assertThrows(ServiceSettingException::class.java) {
                ServiceClient {
                    issuer = world.url
                    clientId = "shop"
                    clientSecret = "secret"
                    change()
                }
            }
            assertEquals(setting, failure.setting)
        }
        wrong("issuer") { issuer = "id.example" }
        wrong("client_id") { clientId = " " }
        wrong("client_secret") { clientSecret = null }
        wrong("private_key") { privateKey = """{"kty":"oct","k":"AAAA"}""" }
        wrong("timeout") { timeout = Duration.ZERO }
        wrong("http_client") {
            httpClient = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()
        }
        assertThrows(ServiceSettingException::class.java) { client.service("orders", emptyList()) }
    }
}
