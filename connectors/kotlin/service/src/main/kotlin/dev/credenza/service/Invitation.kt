package dev.credenza.service

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import java.time.Duration
import java.time.Instant

/** What became of an invitation. */
public enum class InvitationState {
    /** The link is good. */
    PENDING,

    /** An account was made with it. */
    ACCEPTED,

    /** It was taken back. */
    REVOKED,

    /** The link has ended; it can be sent again. */
    EXPIRED,

    /** What this version of the client does not know. */
    OTHER,
}

/**
 * A role at a client.
 *
 * @property clientId the client.
 * @property role the role, which the client declares.
 */
public data class ClientRole(public val clientId: String, public val role: String)

/**
 * An invitation as the admin API shows it. Its link is in the mail alone.
 *
 * @property id the invitation's id, which authorizes nothing.
 * @property email the address that it was mailed to.
 * @property username the name that is proposed; null where it is the address, or what the person chooses.
 * @property claims the standard claims that the account gets.
 * @property groups ids of the groups that the account is in.
 * @property roles what the account is at clients.
 * @property clientId the application that the person goes on to.
 * @property locale the language of the mail (BCP 47).
 * @property state what became of it.
 * @property invitedBy who has invited, such as `client:` and its id; null for the command line on the server.
 * @property createdAt when it was made.
 * @property sentAt when it was mailed last.
 * @property expiresAt until when the link is good.
 * @property acceptedAt when an account was made with it.
 * @property revokedAt when it was taken back.
 * @property userId the account that was made with it.
 */
public class Invitation private constructor(
    public val id: String,
    public val email: String,
    public val username: String?,
    public val claims: Map<String, Any?>,
    public val groups: List<String>,
    public val roles: List<ClientRole>,
    public val clientId: String?,
    public val locale: String?,
    public val state: InvitationState,
    public val invitedBy: String?,
    public val createdAt: Instant?,
    public val sentAt: Instant?,
    public val expiresAt: Instant?,
    public val acceptedAt: Instant?,
    public val revokedAt: Instant?,
    public val userId: String?,
) {
    /** Says which one it is, and no more. */
    override fun toString(): String = "Invitation($id, $state)"

    internal companion object {
        fun of(members: JsonObject): Invitation = Invitation(
            id = members.text("invitation_id").orEmpty(),
            email = members.text("email").orEmpty(),
            username = members.text("username"),
            claims = members.plain("claims"),
            groups = members.items("groups").mapNotNull { (it as? JsonPrimitive)?.content },
            roles = members.items("roles").mapNotNull { (it as? JsonObject)?.let(::role) },
            clientId = members.text("client_id"),
            locale = members.text("locale"),
            state = InvitationState.entries.find { it.name.lowercase() == members.text("state") }
                ?: InvitationState.OTHER,
            invitedBy = members.text("invited_by"),
            createdAt = members.instant("created_at"),
            sentAt = members.instant("sent_at"),
            expiresAt = members.instant("expires_at"),
            acceptedAt = members.instant("accepted_at"),
            revokedAt = members.instant("revoked_at"),
            userId = members.text("user_id"),
        )

        private fun JsonObject.items(name: String) = this[name] as? JsonArray ?: JsonArray(emptyList())

        private fun role(members: JsonObject) =
            ClientRole(members.text("client_id").orEmpty(), members.text("role").orEmpty())
    }
}

/**
 * An invitation to be mailed: the address, and what the account gets.
 *
 * @property email the address.
 * @property locale the language of the mail (BCP 47).
 * @property clientId the application that the person goes on to.
 * @property claims standard claims without `email`, which the invitation proves.
 * @property username the name that is proposed; the address, or what the person chooses, without it.
 * @property groups ids of groups; they need `admin:groups:write` too.
 * @property roles what the account is at clients; they need `admin:roles:write` too.
 * @property expiresIn how long the link is good; as the tenant says without it.
 */
public class NewInvitation @JvmOverloads constructor(
    public val email: String,
    public val locale: String? = null,
    public val clientId: String? = null,
    public val claims: Map<String, Any?> = emptyMap(),
    public val username: String? = null,
    public val groups: List<String> = emptyList(),
    public val roles: List<ClientRole> = emptyList(),
    public val expiresIn: Duration? = null,
) {
    internal fun toJson(): JsonObject = buildJsonObject {
        put("email", email)
        locale?.let { put("locale", it) }
        clientId?.let { put("client_id", it) }
        if (claims.isNotEmpty()) put("claims", json(claims))
        username?.let { put("username", it) }
        if (groups.isNotEmpty()) put("groups", json(groups))
        if (roles.isNotEmpty()) put("roles", json(roles.map { mapOf("client_id" to it.clientId, "role" to it.role) }))
        expiresIn?.let { put("expires_in", it.toSeconds()) }
    }
}
