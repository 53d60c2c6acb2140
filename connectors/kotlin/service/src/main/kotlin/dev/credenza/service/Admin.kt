package dev.credenza.service

import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import java.net.URLEncoder
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers

/** The admin API of the issuer, for all parts of it. */
internal class Admin(private val base: String, private val service: (String, List<String>, String) -> Service) {
    /** It, called with tokens of this scope alone. */
    fun scoped(scope: String): Service = service("$base/v1", listOf(scope), base)
}

/** Makes something, once: calls that have the same key make one. */
internal suspend fun Service.create(path: String, body: JsonObject, idempotencyKey: String): JsonObject = answered(
    request(path).header("Idempotency-Key", idempotencyKey).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString())),
)

internal suspend fun Service.post(path: String): JsonObject = answered(request(path).POST(BodyPublishers.noBody()))

internal suspend fun Service.answered(request: HttpRequest.Builder): JsonObject = try {
    Json.parseToJsonElement(call(request.build()).text()) as? JsonObject ?: throw malformed()
} catch (_: SerializationException) {
    throw malformed()
}

internal fun malformed() = UnavailableException("the admin API answers what was not asked for", Failure())

/** An id as one part of a path. Dots alone would be steps in it, however they are encoded, and are nobody's id. */
internal fun segment(id: String): String {
    if (id.all { it == '.' }) throw NotFoundException("there is no such id", Failure(type = "not-found"))
    return URLEncoder.encode(id, Charsets.UTF_8).replace("+", "%20")
}
