package dev.credenza.ktor.login

import dev.credenza.login.Exchange
import dev.credenza.login.LoginAnswer
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.path
import io.ktor.server.request.receiveChannel
import io.ktor.server.request.uri
import io.ktor.server.response.respond
import io.ktor.utils.io.readRemaining
import kotlinx.io.readByteArray

/** A call of Ktor. */
internal class CallExchange(private val call: ApplicationCall, override val body: String? = "") : Exchange {
    /** As the client sent it: plugins may have changed the method for routing (AutoHeadResponse). */
    override val method: String get() = call.request.local.method.value
    override val path: String get() = call.request.path()
    override val query: String? get() = call.request.uri.substringAfter('?', "").takeIf { '?' in call.request.uri }

    override fun headers(name: String): List<String> = call.request.headers.getAll(name).orEmpty()

    override fun addHeader(name: String, value: String) {
        call.response.headers.append(name, value, safeOnly = false)
    }

    override fun setHeader(name: String, value: String) {
        // Ktor takes none away: what a plugin in front has set stays beside it.
        if (value !in call.response.headers.values(name)) addHeader(name, value)
    }
}

/** The body as text, or null where it is longer than what is read of it. */
internal suspend fun ApplicationCall.text(): String? {
    if (request.local.method != HttpMethod.Post) return ""
    val bytes = receiveChannel().readRemaining(Exchange.MAX_BODY + 1L).readByteArray()
    return if (bytes.size > Exchange.MAX_BODY) null else bytes.decodeToString()
}

internal suspend fun ApplicationCall.give(answer: LoginAnswer) {
    val exchange = CallExchange(this)
    answer.headers.filterKeys {
        it != HttpHeaders.ContentType
    }.forEach { (name, value) -> exchange.setHeader(name, value) }
    respond(Content(answer, isEmpty = exchange.method == "HEAD"))
}

/** Without a body, there is no media type either, which Ktor would compare with `Accept`. */
private class Content(answer: LoginAnswer, isEmpty: Boolean) : OutgoingContent.ByteArrayContent() {
    private val bytes = if (isEmpty) ByteArray(0) else answer.body.toByteArray()
    override val status: HttpStatusCode = HttpStatusCode.fromValue(answer.status)
    override val contentType: ContentType? = answer.headers[HttpHeaders.ContentType]?.let(ContentType::parse)
    override val contentLength: Long = bytes.size.toLong()

    override fun bytes(): ByteArray = bytes
}
