package dev.credenza.service

import kotlinx.coroutines.runBlocking
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import java.net.URLEncoder
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
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
public class Users internal constructor(base: String, service: (String, List<String>, String) -> Service) {
    private val read = service("$base/v1", listOf("admin:users:read"), base)
    private val write = service("$base/v1", listOf("admin:users:write"), base)
    private val status = service("$base/v1", listOf("admin:users:status"), base)

    /**
     * Makes a user. Throws [UserAlreadyExistsException] where the name is taken.
     *
     * @param idempotencyKey 16 to 255 visible characters of ASCII: calls that have the same make one user.
     */
    @JvmSynthetic
    public suspend fun create(user: NewUser, idempotencyKey: String = UUID.randomUUID().toString()): User {
        val request = write.request("users").header("Idempotency-Key", idempotencyKey)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(user.toJson().toString()))
        return try {
            userOf(write, request)
        } catch (conflict: ConflictException) {
            if (conflict.failure.type != "taken") throw conflict
            throw UserAlreadyExistsException(conflict.message.orEmpty(), conflict.failure)
        }
    }

    /** The user of an id. Throws [NotFoundException]. */
    @JvmSynthetic
    public suspend fun get(id: String): User = userOf(read, read.request(pathOf(id)))

    /** The users that have this value; an empty list where there is none. */
    @JvmSynthetic
    public suspend fun find(by: UserKey, value: String): List<User> {
        val query = "${by.parameter}=${URLEncoder.encode(value, Charsets.UTF_8)}"
        val found = answered(read, read.request("users?$query"))
        return (found["items"] as? JsonArray ?: throw malformed()).map {
            User.of(it as? JsonObject ?: throw malformed())
        }
    }

    /** Ends what they have, and lets them in no more. Throws [NotFoundException]. */
    @JvmSynthetic
    public suspend fun disable(id: String): User = userOf(status, posted(id, "/disable"))

    /** Lets them in again. Throws [NotFoundException]. */
    @JvmSynthetic
    public suspend fun enable(id: String): User = userOf(status, posted(id, "/enable"))

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

    private fun posted(id: String, more: String) = status.request(pathOf(id) + more).POST(BodyPublishers.noBody())

    private suspend fun userOf(service: Service, request: HttpRequest.Builder): User =
        User.of(answered(service, request))

    private suspend fun answered(service: Service, request: HttpRequest.Builder): JsonObject = try {
        Json.parseToJsonElement(service.call(request.build()).text()) as? JsonObject ?: throw malformed()
    } catch (_: SerializationException) {
        throw malformed()
    }

    private fun malformed() = UnavailableException("the admin API answers what is no user", Failure())

    private companion object {
        /** The path of a user. Dots alone would be steps in it, however they are encoded, and are nobody's id. */
        fun pathOf(id: String): String {
            if (id.all { it == '.' }) throw NotFoundException("there is no such user", Failure(type = "not-found"))
            return "users/" + URLEncoder.encode(id, Charsets.UTF_8).replace("+", "%20")
        }
    }
}
