package dev.credenza.ktor.kit

import dev.credenza.kit.Deadline
import dev.credenza.kit.Kit
import dev.credenza.kit.Problem
import dev.credenza.ktor.caller
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.server.application.PipelineCall
import io.ktor.server.application.call
import io.ktor.server.plugins.BadRequestException
import io.ktor.server.plugins.ContentTransformationException
import io.ktor.server.plugins.NotFoundException
import io.ktor.server.plugins.PayloadTooLargeException
import io.ktor.server.plugins.UnsupportedMediaTypeException
import io.ktor.util.pipeline.PipelineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job

/** Everything of a call that is not sending: whatever goes wrong in it is a problem. */
internal suspend fun PipelineContext<Unit, PipelineCall>.serve(kit: Kit) {
    val state = call.newState(kit.bodyLimit)
    try {
        coroutineScope {
            val work = coroutineContext.job
            val deadline = Deadline { work.cancel(OutOfTime()) }
            state.deadline = deadline
            deadline.set(kit.timeout)
            try {
                proceed()
            } finally {
                deadline.stop()
            }
        }
    } catch (error: Throwable) {
        fail(kit, state, error)
    }
}

private suspend fun PipelineContext<Unit, PipelineCall>.fail(kit: Kit, state: CallState, error: Throwable) {
    val isOutOfTime = state.deadline?.isOver == true
    // The client is gone, or the server ends.
    if (error is CancellationException && !isOutOfTime) throw error
    val problem = if (isOutOfTime) Problem.timeout() else problemOf(error)
    if (problem == null) state.record.failed(kit.log, error)
    // What has begun is broken off, so that nobody takes it for a whole one.
    if (call.response.isCommitted) throw error
    call.respondProblem(problem ?: Problem.internalError())
}

/** The problem that an error is; null where it is this program's own. */
private fun problemOf(error: Throwable): Problem? = Problem.within(error) ?: when (error) {
    is NotFoundException -> Problem(404)
    is UnsupportedMediaTypeException -> Problem(415)
    is PayloadTooLargeException -> Problem(413, "body_too_large")
    is BadRequestException, is ContentTransformationException -> Problem(400)
    else -> null
}

private class OutOfTime : CancellationException("the handler took too long")

/** An answer of an error without a body, such as those of the guard and of routing, is a problem. */
internal suspend fun PipelineContext<Any, PipelineCall>.stateProblem() {
    val state = call.attributes.getOrNull(STATE) ?: return
    // The answer begins, and is not ended any more.
    state.deadline?.stop()
    val stated = subject as? HttpStatusCode ?: (subject as? OutgoingContent)?.status
    val status = stated ?: call.response.status() ?: return
    if (status.value >= FIRST_ERROR && isEmpty(subject)) {
        proceedWith(ProblemContent(Problem(status.value), state.requestId, call.isHead))
    }
}

private fun isEmpty(subject: Any): Boolean = when (subject) {
    is HttpStatusCode -> true
    is OutgoingContent.NoContent -> true
    is OutgoingContent.ByteArrayContent -> subject.contentLength == 0L || subject.bytes().isEmpty()
    else -> false
}

/** Sets the security headers that the answer has not yet. */
internal fun PipelineContext<Any, PipelineCall>.completeHeaders(kit: Kit) {
    val content = subject as? OutgoingContent ?: return
    val hasCredentials = call.request.headers.run {
        contains(HttpHeaders.Authorization) || contains(HttpHeaders.Cookie)
    }
    val type = content.contentType?.toString() ?: call.response.headers[HttpHeaders.ContentType]
    kit.headers.missing(type, hasCredentials) { call.response.headers[it] != null || content.headers.contains(it) }
        .forEach { (name, value) -> call.response.headers.append(name, value, safeOnly = false) }
}

/** Tells the log of the request when the answer was sent. */
internal suspend fun PipelineContext<Any, PipelineCall>.logAnswer(kit: Kit) {
    val state = call.attributes.getOrNull(STATE) ?: return
    try {
        proceed()
    } finally {
        state.record.write(kit.log, call.response.status()?.value, call.caller)
    }
}

private const val FIRST_ERROR = 400
