// Chart 959: Invitations and sign-in links for Kotlin and Java | from the mail to the end, pages, typed refusals, a provider that sends no mail; suspending and blocking

package dev.credenza.service

import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.UUID

/** Invitations and links to sign in by, at a real provider. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InvitationsTest {
    private lateinit var provider: DevProvider
    private lateinit var client: ServiceClient
    private lateinit var ada: String
    private val invitations get() = client.invitations

    @BeforeAll
    fun start(@TempDir folder: Path) {
        assumeTrue(DevProvider.isThere, "there is no provider: CREDENZA_BIN names it")
        provider = DevProvider(folder)
        val links = "admin:users:sign_in_links"
        client = provider.client("$READ admin:invitations:write $links admin:users:read admin:users:write")
        val claims = mapOf("email" to "ada@example.com", "email_verified" to true)
        ada = client.users.createBlocking(NewUser("ada", claims)).id
    }

    @AfterAll
    fun stop() {
        if (::client.isInitialized) client.close()
        if (::provider.isInitialized) provider.close()
    }

    @Test
    fun `an invitation, from its mail to its end`() = runBlocking<Unit> {
        val grace = "grace@example.com"
        val claims = mapOf("given_name" to "Grace")
        val made = invitations.create(
            NewInvitation(grace, locale = "de", claims = claims, expiresIn = Duration.ofHours(1)),
        )
        assertEquals(listOf(InvitationState.PENDING, "de", claims), listOf(made.state, made.locale, made.claims))
        assertEquals(Duration.ofHours(1), Duration.between(made.createdAt, made.expiresAt))
        until { provider.letters(grace) == 1 }
        assertEquals(grace, invitations.list().toList().single { it.id == made.id }.email)
        assertTrue(invitations.resend(made.id).expiresAt!! > made.expiresAt)
        until { provider.letters(grace) == 2 }
        assertEquals(InvitationState.REVOKED, invitations.revoke(made.id).state)
        val shown = invitations.get(made.id)
        assertEquals(InvitationState.REVOKED, shown.state)
        assertNotNull(shown.revokedAt)
        assertNull(shown.acceptedAt)
        for (again in listOf(invitations::resendBlocking, invitations::revokeBlocking)) {
            val over = assertThrows(ConflictException::class.java) { again(made.id) }
            assertEquals(listOf<Any?>(409, "conflict"), over.failure.run { listOf(status, type) })
        }
    }

    @Test
    fun `nobody learns who has an account, and a repeated call invites once`() {
        val (first, second) = List(2) { invitations.createBlocking(NewInvitation("ada@example.com")) }
        assertEquals(List(2) { InvitationState.PENDING }, listOf(first.state, second.state))
        assertNotEquals(first.id, second.id)
        val key = UUID.randomUUID().toString()
        val repeated = List(2) { invitations.createBlocking(NewInvitation("joan@example.com"), key).id }
        assertEquals(repeated[0], repeated[1])
        assertThrows(InvalidException::class.java) { invitations.createBlocking(NewInvitation("nowhere")) }
    }

    @Test
    fun `all pages are gone through`() = runBlocking<Unit> {
        val made = List(51) { invitations.create(NewInvitation("person-$it@example.com")).id }
        val found = invitations.list().toList().map { it.id }
        assertEquals(found.size, found.toSet().size)
        assertTrue(found.containsAll(made))
        assertEquals(found, invitations.listBlocking().map { it.id })
    }

    @Test
    fun `a link signs in, and is not printed`() {
        val link = client.signInLinks.createBlocking(
            ada,
            NewSignInLink(mail = false, expiresIn = Duration.ofMinutes(1)),
        )
        assertEquals(ada, link.userId)
        assertTrue(link.expiresAt!! <= Instant.now().plusSeconds(60))
        assertTrue("You sign in to the account ada." in provider.page(link.url!!))
        assertEquals("[SignInLink($ada)]", listOf(link).toString())
        val sent = provider.letters("ada@example.com")
        assertNull(client.signInLinks.createBlocking(ada, NewSignInLink(mail = true)).url)
        until { provider.letters("ada@example.com") > sent }
    }

    @Test
    fun `refusals have types`() {
        val link = NewSignInLink(mail = false)
        for (id in listOf("nobody", "", ".", "..", "a/b?c")) {
            assertThrows(NotFoundException::class.java, { invitations.getBlocking(id) }, id)
            assertThrows(NotFoundException::class.java, { invitations.resendBlocking(id) }, id)
            assertThrows(NotFoundException::class.java, { invitations.revokeBlocking(id) }, id)
            assertThrows(NotFoundException::class.java, { client.signInLinks.createBlocking(id, link) }, id)
        }
        val homeless = client.users.createBlocking(NewUser("homeless")).id
        val unproven = assertThrows(ConflictException::class.java) {
            client.signInLinks.createBlocking(homeless, NewSignInLink(mail = true))
        }
        assertEquals("the user has no verified email address", unproven.failure.detail)
        provider.client(READ).use { reader ->
            assertEquals(invitations.listBlocking().count(), reader.invitations.listBlocking().count())
            assertThrows(RefusedException::class.java) {
                reader.invitations.createBlocking(NewInvitation("grace@example.com"))
            }
            assertThrows(RefusedException::class.java) { reader.signInLinks.createBlocking(homeless, link) }
        }
    }

    @Test
    fun `a provider that sends no mail says so`(@TempDir folder: Path) {
        DevProvider(folder, mail = false).use { silent ->
            val all = "$READ admin:invitations:write admin:users:sign_in_links admin:users:read admin:users:write"
            silent.client(all).use { own ->
                val claims = mapOf("email" to "ada@example.com", "email_verified" to true)
                val id = own.users.createBlocking(NewUser("ada", claims)).id
                val asks = listOf<() -> Any>(
                    { own.invitations.createBlocking(NewInvitation("grace@example.com")) },
                    { own.signInLinks.createBlocking(id, NewSignInLink(mail = true)) },
                )
                for (ask in asks) {
                    val refused = assertThrows(ConflictException::class.java) { ask() }
                    assertTrue(refused.failure.detail!!.startsWith("no mail is sent here"))
                }
                assertEquals(0, own.invitations.listBlocking().count())
                assertNotNull(own.signInLinks.createBlocking(id, NewSignInLink(mail = false)).url)
            }
        }
    }

    /** Waits for mail, which is sent beside the request. */
    private fun until(isSo: () -> Boolean) {
        repeat(300) {
            if (isSo()) return
            Thread.sleep(100)
        }
        throw AssertionError("no mail")
    }

    private companion object {
        const val READ = "admin:invitations:read"
    }
}
