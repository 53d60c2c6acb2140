package dev.credenza.service

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import java.net.URLEncoder
import java.util.UUID

/**
 * Invitations to make an account, by the admin API of Credenza. Each request has a token with the scope that it needs alone:
 * `admin:invitations:read` or `admin:invitations:write`. Whatever fails is a [ServiceException].
 */
public class Invitations internal constructor(admin: Admin) {
    private val read = admin.scoped("admin:invitations:read")
    private val write = admin.scoped("admin:invitations:write")

    /**
     * Mails an invitation. Whether the address has an account is not said, and it may be invited again. Throws
     * [InvalidException], and [ConflictException] where no mail is sent.
     *
     * @param idempotencyKey calls that have the same make one invitation.
     */
    @JvmSynthetic
    public suspend fun create(
        invitation: NewInvitation,
        idempotencyKey: String = UUID.randomUUID().toString(),
    ): Invitation = Invitation.of(write.create("invitations", invitation.toJson(), idempotencyKey))

    /** The invitation of an id, and what became of it. Throws [NotFoundException]. */
    @JvmSynthetic
    public suspend fun get(id: String): Invitation = Invitation.of(read.answered(read.request(pathOf(id))))

    /** All of them, the oldest first; a page is asked for when it is reached. */
    @JvmSynthetic
    public fun list(): Flow<Invitation> = flow {
        var page = page(null)
        while (true) {
            page.items.forEach { emit(it) }
            page = page(page.cursor ?: break)
        }
    }

    /** Mails it again, also an expired one: the link before is dead. Throws [ConflictException] if it is over. */
    @JvmSynthetic
    public suspend fun resend(id: String): Invitation = Invitation.of(write.post(pathOf(id) + "/resend"))

    /** Takes it back: its link is dead. Throws [ConflictException] if it is over. */
    @JvmSynthetic
    public suspend fun revoke(id: String): Invitation = Invitation.of(write.post(pathOf(id) + "/revoke"))

    /** As [create], on this thread. */
    @JvmOverloads
    public fun createBlocking(
        invitation: NewInvitation,
        idempotencyKey: String = UUID.randomUUID().toString(),
    ): Invitation = runBlocking { create(invitation, idempotencyKey) }

    /** As [get], on this thread. */
    public fun getBlocking(id: String): Invitation = runBlocking { get(id) }

    /** As [list], on the thread that goes through them. */
    public fun listBlocking(): Iterable<Invitation> = sequence {
        var page = runBlocking { page(null) }
        while (true) {
            yieldAll(page.items)
            val cursor = page.cursor ?: break
            page = runBlocking { page(cursor) }
        }
    }.asIterable()

    /** As [resend], on this thread. */
    public fun resendBlocking(id: String): Invitation = runBlocking { resend(id) }

    /** As [revoke], on this thread. */
    public fun revokeBlocking(id: String): Invitation = runBlocking { revoke(id) }

    private class Page(val items: List<Invitation>, val cursor: String?)

    private suspend fun page(cursor: String?): Page {
        val query = cursor?.let { "?cursor=" + URLEncoder.encode(it, Charsets.UTF_8) }.orEmpty()
        val found = read.answered(read.request("invitations$query"))
        val items = (found["items"] as? JsonArray ?: throw malformed()).map {
            Invitation.of(it as? JsonObject ?: throw malformed())
        }
        return Page(items, found.text("next_cursor"))
    }

    private fun pathOf(id: String) = "invitations/" + segment(id)
}
