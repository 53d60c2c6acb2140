package dev.credenza.login

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.longOrNull
import kotlinx.serialization.json.put
import java.util.Base64

/**
 * Somebody who is signed in.
 *
 * @property sub the person, at this issuer.
 * @property sid the session at the provider, where it names one.
 * @property claims the claims of the ID token of the sign-in.
 * @property data what [LoginConfig.signedIn] returned.
 * @property createdAt when they signed in here, in seconds since 1970.
 * @property expiresAt when this session ends at the latest, in seconds since 1970.
 */
public class Session internal constructor(
    internal val id: String,
    internal val tokens: TokenSet,
    public val data: Map<String, String>,
    public val createdAt: Long,
    public val expiresAt: Long,
    internal val seenAt: Long,
) {
    /** Those that the validator found good, before they were sealed. */
    public val claims: JsonObject = Json.parseToJsonElement(
        String(Base64.getUrlDecoder().decode(tokens.idToken.split('.')[1]), Charsets.UTF_8),
    ) as JsonObject

    public val sub: String get() = checkNotNull(text("sub"))
    public val sid: String? get() = text("sid")

    /** The name, where the provider tells it (scope `profile`). */
    public val name: String? get() = text("name")

    /** The address, where the provider tells it (scope `email`). */
    public val email: String? get() = text("email")

    /** The authentication context of the sign-in. */
    public val acr: String? get() = text("acr")

    /** When they signed in at the provider, in seconds since 1970. */
    public val authTime: Long? get() = (claims["auth_time"] as? JsonPrimitive)?.longOrNull

    /** The ID token of the sign-in. */
    public val idToken: String get() = tokens.idToken

    /** A claim of the ID token that is text; null where it is absent or something else. */
    public fun text(claim: String): String? = (claims[claim] as? JsonPrimitive)?.takeIf { it.isString }?.contentOrNull

    /** The claims as a map of plain values: text, numbers, truth values, lists and maps. */
    public fun toMap(): Map<String, Any?> = claims.mapValues { plain(it.value) }

    /** Prints no personal data. */
    override fun toString(): String = "Session"

    internal fun with(tokens: TokenSet): Session = Session(id, tokens, data, createdAt, expiresAt, seenAt)

    internal fun seen(now: Long): Session = Session(id, tokens, data, createdAt, expiresAt, now)

    internal fun bytes(): ByteArray = buildJsonObject {
        put("id", id)
        put("id_token", tokens.idToken)
        put("access_token", tokens.accessToken)
        put("refresh_token", tokens.refreshToken)
        put("access_expires_at", tokens.expiresAt)
        if (data.isNotEmpty()) put("data", JsonObject(data.mapValues { JsonPrimitive(it.value) }))
        put("created_at", createdAt)
        put("expires_at", expiresAt)
        put("seen_at", seenAt)
    }.toString().toByteArray()

    internal companion object {
        fun of(bytes: ByteArray): Session {
            val members = Json.parseToJsonElement(bytes.decodeToString()) as JsonObject
            return Session(
                id = members.text("id").orEmpty(),
                tokens = TokenSet(
                    accessToken = members.text("access_token").orEmpty(),
                    expiresAt = members.number("access_expires_at"),
                    refreshToken = members.text("refresh_token"),
                    idToken = members.text("id_token").orEmpty(),
                ),
                data = (members["data"] as? JsonObject).orEmpty().mapValues { (it.value as JsonPrimitive).content },
                createdAt = members.number("created_at") ?: 0,
                expiresAt = members.number("expires_at") ?: 0,
                seenAt = members.number("seen_at") ?: 0,
            )
        }
    }
}

/**
 * What the token endpoint gave.
 *
 * @property expiresAt when the access token expires, in seconds since 1970; null where the provider does not say.
 */
internal class TokenSet(val accessToken: String, val expiresAt: Long?, val refreshToken: String?, val idToken: String)

private fun plain(element: JsonElement): Any? = when (element) {
    is JsonObject -> element.mapValues { plain(it.value) }

    is JsonArray -> element.map(::plain)

    is JsonNull -> null

    is JsonPrimitive ->
        if (element.isString) element.content else element.booleanOrNull ?: element.longOrNull ?: element.doubleOrNull
}

internal fun JsonObject.text(name: String): String? = (this[name] as? JsonPrimitive)?.takeIf { it.isString }?.content

internal fun JsonObject.number(name: String): Long? = (this[name] as? JsonPrimitive)?.longOrNull
