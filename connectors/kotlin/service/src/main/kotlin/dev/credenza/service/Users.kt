package dev.credenza.service

import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import java.net.URLEncoder
import java.util.UUID

/** What [Users.find] looks for: each is one user at most, or those of one address. */
public enum class UserKey(internal val parameter: String) {
    USER_ID("user_id"),
    USERNAME("username"),
    EMAIL("email"),
    PHONE_NUMBER("phone_number"),
}

/**
 * The users of the tenant, by the admin API of Credenza. The client needs the role of an admin who may do what is asked; each
 * request has a token with the scope that it needs alone: `admin:users:read`, `admin:users:write` or `admin:users:status`.
 * Whatever fails is a [ServiceException].
 */
public class Users internal constructor(admin: Admin) {
    private val read = admin.scoped("admin:users:read")
    private val write = admin.scoped("admin:users:write")
    private val status = admin.scoped("admin:users:status")

    /**
     * Makes a user. Throws [UserAlreadyExistsException] where the name is taken.
     *
     * @param idempotencyKey 16 to 255 visible characters of ASCII: calls that have the same make one user.
     */
    @JvmSynthetic
    public suspend fun create(user: NewUser, idempotencyKey: String = UUID.randomUUID().toString()): User = try {
        User.of(write.create("users", user.toJson(), idempotencyKey))
    } catch (conflict: ConflictException) {
        if (conflict.failure.type != "taken") throw conflict
        throw UserAlreadyExistsException(conflict.message.orEmpty(), conflict.failure)
    }

    /** The user of an id. Throws [NotFoundException]. */
    @JvmSynthetic
    public suspend fun get(id: String): User = User.of(read.answered(read.request(pathOf(id))))

    /** The users that have this value; an empty list where there is none. */
    @JvmSynthetic
    public suspend fun find(by: UserKey, value: String): List<User> {
        val query = "${by.parameter}=${URLEncoder.encode(value, Charsets.UTF_8)}"
        val found = read.answered(read.request("users?$query"))
        return (found["items"] as? JsonArray ?: throw malformed()).map {
            User.of(it as? JsonObject ?: throw malformed())
        }
    }

    /** Ends what they have, and lets them in no more. Throws [NotFoundException]. */
    @JvmSynthetic
    public suspend fun disable(id: String): User = User.of(status.post(pathOf(id) + "/disable"))

    /** Lets them in again. Throws [NotFoundException]. */
    @JvmSynthetic
    public suspend fun enable(id: String): User = User.of(status.post(pathOf(id) + "/enable"))

    /** Deletes them with everything of theirs, whatever was changed meanwhile. Throws [NotFoundException]. */
    @JvmSynthetic
    public suspend fun delete(id: String) {
        write.call(write.request(pathOf(id)).header("If-Match", "*").DELETE().build())
    }

    /** As [create], on this thread. */
    @JvmOverloads
    public fun createBlocking(user: NewUser, idempotencyKey: String = UUID.randomUUID().toString()): User =
        runBlocking { create(user, idempotencyKey) }

    /** As [get], on this thread. */
    public fun getBlocking(id: String): User = runBlocking { get(id) }

    /** As [find], on this thread. */
    public fun findBlocking(by: UserKey, value: String): List<User> = runBlocking { find(by, value) }

    /** As [disable], on this thread. */
    public fun disableBlocking(id: String): User = runBlocking { disable(id) }

    /** As [enable], on this thread. */
    public fun enableBlocking(id: String): User = runBlocking { enable(id) }

    /** As [delete], on this thread. */
    public fun deleteBlocking(id: String): Unit = runBlocking { delete(id) }

    private fun pathOf(id: String) = "users/" + segment(id)
}
