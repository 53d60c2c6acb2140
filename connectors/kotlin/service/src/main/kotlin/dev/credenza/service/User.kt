package dev.credenza.service

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.longOrNull
import kotlinx.serialization.json.put
import java.time.Instant

/**
 * A user as the admin API shows them.
 *
 * @property id the user's id, which is the `sub` of tokens.
 * @property username the name to sign in with.
 * @property claims standard claims (OpenID Connect Core 5.1): texts, numbers, booleans, null, lists and maps.
 * @property attributes what the tenant has beyond them.
 * @property createdAt when the user was made.
 * @property updatedAt when the user was changed.
 * @property disabledAt since when the user is disabled; null for one who is not.
 * @property version which is another after each change.
 * @property json all of it, as it came.
 */
public class User private constructor(
    public val id: String,
    public val username: String,
    public val claims: Map<String, Any?>,
    public val attributes: Map<String, Any?>,
    public val createdAt: Instant?,
    public val updatedAt: Instant?,
    public val disabledAt: Instant?,
    public val version: Long?,
    public val json: String,
) {
    /** Says who it is, and no more. */
    override fun toString(): String = "User($id)"

    internal companion object {
        fun of(members: JsonObject): User = User(
            id = members.text("user_id").orEmpty(),
            username = members.text("username").orEmpty(),
            claims = members.plain("claims"),
            attributes = members.plain("attributes"),
            createdAt = members.instant("created_at"),
            updatedAt = members.instant("updated_at"),
            disabledAt = members.instant("disabled_at"),
            version = (members["version"] as? JsonPrimitive)?.longOrNull,
            json = members.toString(),
        )
    }
}

/**
 * A user to be made.
 *
 * @property username the name to sign in with.
 * @property id the user's id; the provider makes one where it is null.
 * @property password in plain text; without one the user signs in by other means.
 * @property claims standard claims: texts, numbers, booleans, null, lists and maps.
 * @property attributes what the tenant has beyond them.
 */
public class NewUser @JvmOverloads constructor(
    public val username: String,
    public val claims: Map<String, Any?> = emptyMap(),
    public val attributes: Map<String, Any?> = emptyMap(),
    public val id: String? = null,
    public val password: String? = null,
) {
    /** Prints no password. */
    override fun toString(): String = "NewUser($username)"

    internal fun toJson(): JsonObject = buildJsonObject {
        put("username", username)
        id?.let { put("user_id", it) }
        password?.let { put("password", it) }
        if (claims.isNotEmpty()) put("claims", json(claims))
        if (attributes.isNotEmpty()) put("attributes", json(attributes))
    }
}
