package dev.credenza.service

import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import java.time.Duration
import java.time.Instant
import java.util.UUID

/**
 * A link by which somebody signs in once.
 *
 * @property userId who signs in by it.
 * @property expiresAt until when it is good.
 * @property url the link itself, which is answered this once; null where it was mailed. Whoever has it signs in by it.
 */
public class SignInLink private constructor(
    public val userId: String,
    public val expiresAt: Instant?,
    public val url: String?,
) {
    /** Prints no URL, which is as good as a password. */
    override fun toString(): String = "SignInLink($userId)"

    internal companion object {
        fun of(members: JsonObject): SignInLink = SignInLink(
            userId = members.text("user_id").orEmpty(),
            expiresAt = members.instant("expires_at"),
            url = members.text("url"),
        )
    }
}

/**
 * A link to be made.
 *
 * @property mail whether it is mailed to the verified address of the user; if not, the answer has its URL.
 * @property clientId the client that the person goes on to; without one, to their account.
 * @property expiresIn how long it is good, a day at most; ten minutes without it.
 */
public class NewSignInLink @JvmOverloads constructor(
    public val mail: Boolean,
    public val clientId: String? = null,
    public val expiresIn: Duration? = null,
) {
    internal fun toJson(): JsonObject = buildJsonObject {
        put("mail", mail)
        clientId?.let { put("client_id", it) }
        expiresIn?.let { put("expires_in", it.toSeconds()) }
    }
}

/**
 * Links by which users sign in once, without a password, by the admin API of Credenza. Tokens have the scope
 * `admin:users:sign_in_links`. Whatever fails is a [ServiceException].
 */
public class SignInLinks internal constructor(admin: Admin) {
    private val write = admin.scoped("admin:users:sign_in_links")

    /**
     * Makes a link for a user. Throws [NotFoundException], and [ConflictException] where they are disabled or have no verified
     * address.
     *
     * @param idempotencyKey calls that have the same make one link.
     */
    @JvmSynthetic
    public suspend fun create(
        userId: String,
        link: NewSignInLink,
        idempotencyKey: String = UUID.randomUUID().toString(),
    ): SignInLink = SignInLink.of(write.create("users/${segment(userId)}/sign-in-links", link.toJson(), idempotencyKey))

    /** As [create], on this thread. */
    @JvmOverloads
    public fun createBlocking(
        userId: String,
        link: NewSignInLink,
        idempotencyKey: String = UUID.randomUUID().toString(),
    ): SignInLink = runBlocking { create(userId, link, idempotencyKey) }
}
