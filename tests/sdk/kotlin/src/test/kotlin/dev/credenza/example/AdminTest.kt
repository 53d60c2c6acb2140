// Chart 875
package dev.credenza.example

import dev.credenza.admin.Admin
import dev.credenza.admin.ServiceAccount
import dev.credenza.admin.TokenException
import dev.credenza.admin.api.UsersApi.ListUsersRequest
import dev.credenza.admin.client.ApiException
import dev.credenza.admin.etag
import dev.credenza.admin.kind
import dev.credenza.admin.model.NewOAuthClient
import dev.credenza.admin.model.NewTenant
import dev.credenza.admin.model.NewTenantSettings
import dev.credenza.admin.model.NewUser
import dev.credenza.admin.model.StandardClaims
import dev.credenza.admin.model.UserPage
import dev.credenza.admin.model.UserPatch
import dev.credenza.admin.paginate
import dev.credenza.admin.problem
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.Base64
import java.util.UUID
import java.util.concurrent.Callable
import java.util.concurrent.Executors

class AdminTest {
    private val issuer: String = System.getenv("SDK_ISSUER")
    private val http = HttpClient.newHttpClient()
    private val admin = newAdmin()

    private fun account(id: String, secret: String) = ServiceAccount(issuer, id, secret)

    private fun newAdmin() =
        Admin(issuer, account(System.getenv("SDK_CLIENT_ID"), System.getenv("SDK_CLIENT_SECRET")))

    private fun list(limit: Int, cursor: String?, by: Admin = admin): UserPage =
        by.users.listUsers(ListUsersRequest.newBuilder().limit(limit).cursor(cursor).build())

    private fun fresh() = "kt-" + UUID.randomUUID().toString().take(8)

    private fun fail(words: String) {
        val request = HttpRequest.newBuilder(URI("$issuer/_proxy/fail?$words"))
        http.send(request.POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.discarding())
    }

    /** When, in ms, and the Idempotency-Key, of each request. */
    private fun seen(method: String, path: String): List<Pair<Long, String>> {
        val request = HttpRequest.newBuilder(URI("$issuer/_proxy/seen?method=$method&path=$path")).build()
        val lines = http.send(request, HttpResponse.BodyHandlers.ofString()).body().lines().filter { it.isNotBlank() }
        return lines.map { it.substringBefore(' ').toLong() to it.substringAfter(' ') }
    }

    @Test
    fun `a tenant, a client and a user are made, changed and deleted`() {
        val name = fresh()
        val settings = NewTenantSettings().displayName("Acme")
        val tenant = admin.tenants.createTenant(NewTenant().name(name).settings(settings), null)
        assertEquals("Acme", tenant.settings.displayName)
        val redirects = listOf("https://app.example.com/callback")
        val client = admin.clients.createClient(NewOAuthClient().clientName("App").redirectUris(redirects), null)
        assertNotNull(client.clientSecret)
        val claims = StandardClaims().nickname("Al").email("$name@example.com")
        val user = admin.users.createUser(NewUser().username(name).claims(claims), null)

        // null takes a member away, and what is not named stays.
        val patch = UserPatch().claims(StandardClaims().nickname(null))
        val changed = admin.users.updateUser(user.userId, etag(user.version), patch)
        assertNull(changed.claims.nickname)
        assertEquals("$name@example.com", changed.claims.email)

        admin.users.deleteUser(user.userId, etag(changed.version))
        admin.clients.deleteClient(client.clientId, etag(client.version))
        admin.tenants.deleteTenantByName(name, etag(tenant.version))
    }

    @Test
    fun `every user is listed once, page by page`() {
        val users = paginate({ list(70, it) }, UserPage::getItems, UserPage::getNextCursor)
        val names = users.map { it.username }.toList()
        assertEquals(names.size, names.toSet().size)
        assertEquals(300, names.count { it.startsWith("seed-") })
    }

    @Test
    fun `what is refused is a problem with its kind and its values`() {
        val missing = assertThrows<ApiException> { admin.users.getUser("nobody") }
        assertEquals(404, missing.code)
        assertEquals("not-found", missing.problem?.kind)
        assertNotNull(missing.problem?.supportCode)

        val user = admin.users.createUser(NewUser().username(fresh()), null)
        val patch = UserPatch().claims(StandardClaims().nickname("Al"))
        admin.users.updateUser(user.userId, etag(user.version), patch)
        val stale = assertThrows<ApiException> { admin.users.updateUser(user.userId, etag(user.version), patch) }
        assertEquals(412, stale.code)
        assertEquals("stale", stale.problem?.kind)

        val new = NewUser().username(fresh()).claims(StandardClaims().email("nowhere"))
        val wrong = assertThrows<ApiException> { admin.users.createUser(new, null) }
        assertEquals("/claims/email", wrong.problem?.errors?.first()?.pointer)
    }

    @Test
    fun `what is refused for now is tried again when Retry-After says`() {
        val id = admin.users.createUser(NewUser().username(fresh()), null).userId
        fail("method=GET&path=/users/$id&times=1&status=429&retry_after=1")
        fail("method=GET&path=/users/$id&times=1&status=503")
        assertEquals(id, admin.users.getUser(id).userId)
        val times = seen("GET", "/users/$id").map { it.first }
        assertEquals(3, times.size)
        assertTrue(times[1] - times[0] >= 950) { "$times" }

        // Not for ever, and what comes then is no problem of the API.
        fail("method=GET&path=/users/$id&times=9&status=503&retry_after=0")
        val given = assertThrows<ApiException> { admin.users.getUser(id) }
        assertEquals(503, given.code)
        assertNull(given.problem)
        assertEquals(7, seen("GET", "/users/$id").size)
    }

    @Test
    fun `a creation whose answer is lost is carried out once`() {
        val name = fresh()
        val before = seen("POST", "/admin/v1/users").size
        fail("method=POST&path=/admin/v1/users&times=1&lost=after")
        val user = admin.users.createUser(NewUser().username(name), null)
        val keys = seen("POST", "/admin/v1/users").drop(before).map { it.second }
        assertEquals(2, keys.size)
        assertNotEquals("-", keys[0])
        assertEquals(keys[0], keys[1])
        assertEquals(listOf(user.userId), admin.users.listUsers(ListUsersRequest.newBuilder().username(name).build()).items.map { it.userId })
    }

    @Test
    fun `a token is fetched once for all who wait`() {
        val before = seen("POST", "/token").size
        val own = newAdmin()
        val threads = Executors.newFixedThreadPool(50)
        val calls = List(50) { Callable { list(1, null, own).items.size } }
        assertTrue(threads.invokeAll(calls).all { it.get() == 1 })
        threads.shutdown()
        assertEquals(1, seen("POST", "/token").size - before)
    }

    @Test
    fun `after its secret is rotated, a service account needs the new one`() {
        val new = NewOAuthClient().clientName("Script").grantTypes(listOf("client_credentials"))
            .resources(listOf("$issuer/admin")).scope("admin:users:read")
        val script = admin.clients.createClient(new, null)
        account(script.clientId, script.clientSecret!!).token()
        val rotated = admin.clients.rotateClientSecret(script.clientId, null)
        account(script.clientId, rotated.clientSecret!!).token()
        val refused = assertThrows<TokenException> { account(script.clientId, script.clientSecret!!).token() }
        assertEquals("invalid_client", refused.code)
    }

    @Test
    fun `a token is replaced when it was revoked, and before it expires`() {
        val new = NewOAuthClient().clientName("Script").grantTypes(listOf("client_credentials"))
            .resources(listOf("$issuer/admin")).scope("admin:users:read").accessTokenLifetime(3)
        val script = admin.clients.createClient(new, null)
        val tokens = account(script.clientId, script.clientSecret!!)
        val own = Admin(issuer, tokens)
        val first = tokens.token()
        assertEquals(first, tokens.token())
        val credentials = Base64.getEncoder().encodeToString("${script.clientId}:${script.clientSecret}".toByteArray())
        val revocation = HttpRequest.newBuilder(URI("$issuer/revoke")).header("authorization", "Basic $credentials")
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("token=$first"))
        assertEquals(200, http.send(revocation.build(), HttpResponse.BodyHandlers.discarding()).statusCode())
        assertEquals(1, list(1, null, own).items.size)
        val second = tokens.token()
        assertNotEquals(first, second)
        Thread.sleep(3000)
        assertNotEquals(second, tokens.token())
    }
}
