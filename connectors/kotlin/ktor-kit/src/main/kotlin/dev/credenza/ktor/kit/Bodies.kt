package dev.credenza.ktor.kit

import dev.credenza.kit.BodyLimit
import dev.credenza.kit.JsonText
import io.ktor.http.HttpHeaders
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.PipelineCall
import io.ktor.server.application.call
import io.ktor.server.request.contentLength
import io.ktor.server.request.receiveChannel
import io.ktor.util.pipeline.PipelineContext
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.readAvailable
import io.ktor.utils.io.readRemaining
import io.ktor.utils.io.writeFully
import io.ktor.utils.io.writer
import kotlinx.coroutines.CoroutineScope
import kotlinx.io.readByteArray
import kotlinx.serialization.json.JsonElement

/** The body of the request, all of it, within the limit of the route. Throws a [dev.credenza.kit.Problem] with 413. */
public suspend fun ApplicationCall.receiveBody(): ByteArray {
    val channel = receiveChannel()
    val bytes = channel.readRemaining().readByteArray()
    // What was too long, or broke off, is no shorter body.
    channel.closedCause?.let { throw it }
    return bytes
}

/** The body of the request, which has to be JSON. Throws a [dev.credenza.kit.Problem] with 413, 415 or 400. */
public suspend fun ApplicationCall.receiveJson(): JsonElement =
    JsonText.read(request.headers[HttpHeaders.ContentType], receiveBody())

/** Everything that reads a body reads it by this: `receive`, with whatever converter, too. */
internal suspend fun PipelineContext<Any, PipelineCall>.limitBody() {
    val limit = call.attributes.getOrNull(STATE)?.bodyLimit ?: return
    val body = subject as? ByteReadChannel ?: return
    limit.checkLength(call.request.contentLength())
    proceedWith(call.application.limited(body, limit))
}

private fun CoroutineScope.limited(body: ByteReadChannel, limit: BodyLimit): ByteReadChannel = writer {
    val buffer = ByteArray(BUFFER)
    var count = 0L
    while (true) {
        val read = body.readAvailable(buffer)
        if (read < 0) break
        count += read
        limit.checkRead(count)
        channel.writeFully(buffer, 0, read)
    }
}.channel

private const val BUFFER = 8_192
