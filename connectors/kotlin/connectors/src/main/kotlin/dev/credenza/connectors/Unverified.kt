package dev.credenza.connectors

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import java.util.Base64

/** What a token says of itself, by which its validator is found. The validator then checks all of it. */
internal object Unverified {
    /** The `iss` of the token in the `Authorization` fields; null where none can be read. */
    fun issuer(authorization: List<String>): String? {
        val token = authorization.singleOrNull()?.trim()?.substringAfter(' ', "")?.trim().orEmpty()
        val parts = token.split('.')
        if (token.length > MAX_LENGTH || parts.size != PARTS) return null
        return try {
            val payload = Base64.getUrlDecoder().decode(parts[1]).decodeToString()
            (Json.parseToJsonElement(payload) as? JsonObject)?.text("iss")
        } catch (_: IllegalArgumentException) {
            null
        } catch (_: StackOverflowError) {
            null
        }
    }

    private const val PARTS = 3

    /** No validator takes a longer token. */
    private const val MAX_LENGTH = 65_536
}
