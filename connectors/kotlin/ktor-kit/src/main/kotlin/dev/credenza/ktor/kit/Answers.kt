package dev.credenza.ktor.kit

import dev.credenza.kit.HealthAnswer
import dev.credenza.kit.JsonText
import dev.credenza.kit.Problem
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.ApplicationCall
import io.ktor.server.response.respond
import io.ktor.server.response.respondText

/** Answers with a problem. Throwing it does the same. */
public suspend fun ApplicationCall.respondProblem(problem: Problem) {
    problem.headers.forEach { (name, value) ->
        if (response.headers[name] != value) response.headers.append(name, value, safeOnly = false)
    }
    respond(ProblemContent(problem, requestId, isHead))
}

/** Answers with plain values as JSON: maps, lists, numbers, texts, JSON elements. */
public suspend fun ApplicationCall.respondJson(value: Any?, status: HttpStatusCode = HttpStatusCode.OK): Unit =
    respondText(JsonText.write(value), ContentType.Application.Json, status)

internal suspend fun ApplicationCall.respondHealth(answer: HealthAnswer) {
    response.headers.append(HttpHeaders.CacheControl, "no-store")
    respondText(answer.body, ContentType.Application.Json, HttpStatusCode.fromValue(answer.status))
}

internal val ApplicationCall.isHead: Boolean get() = request.local.method == HttpMethod.Head

/** Without a body, there is no media type either, which Ktor would compare with `Accept`. */
internal class ProblemContent(problem: Problem, requestId: String, isHead: Boolean) :
    OutgoingContent.ByteArrayContent() {
    private val bytes = if (isHead) ByteArray(0) else problem.body(requestId).toByteArray()
    override val status: HttpStatusCode = HttpStatusCode.fromValue(problem.status)
    override val contentType: ContentType = ContentType.parse(Problem.MEDIA_TYPE)
    override val contentLength: Long = bytes.size.toLong()

    override fun bytes(): ByteArray = bytes
}
