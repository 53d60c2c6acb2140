package dev.credenza.service

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import java.net.http.HttpHeaders
import java.time.Duration
import java.time.Instant
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.time.format.DateTimeParseException

/**
 * What is known of a call that failed.
 *
 * @property status that of the answer; null where there is none.
 * @property type the last part of the type of the problem (RFC 9457), such as `taken`; null without one.
 * @property detail what the problem says, for developers.
 * @property requestId by which the log of the other service knows the request.
 * @property retryAfter how long to wait; null where that is not said.
 */
public class Failure internal constructor(
    public val status: Int? = null,
    public val type: String? = null,
    public val detail: String? = null,
    public val requestId: String? = null,
    public val retryAfter: Duration? = null,
)

/**
 * A call did not succeed.
 *
 * @property failure what is known of it.
 */
public sealed class ServiceException(message: String, public val failure: Failure, cause: Throwable? = null) :
    RuntimeException(message, cause)

/** There is no such thing. */
public class NotFoundException internal constructor(message: String, failure: Failure) :
    ServiceException(message, failure)

/** This client, or the caller on whose behalf it calls, may not do that; or the provider gives it no token. */
public class RefusedException internal constructor(message: String, failure: Failure, cause: Throwable? = null) :
    ServiceException(message, failure, cause)

/** The request itself is wrong. */
public class InvalidException internal constructor(message: String, failure: Failure) :
    ServiceException(message, failure)

/** It is not as it was thought to be: it has changed, or there is another of that name. */
public open class ConflictException internal constructor(message: String, failure: Failure) :
    ServiceException(message, failure)

/** There is a user of that name or id. */
public class UserAlreadyExistsException internal constructor(message: String, failure: Failure) :
    ConflictException(message, failure)

/** There were too many requests, for longer than it was worth waiting: [Failure.retryAfter] says how long. */
public class RateLimitedException internal constructor(message: String, failure: Failure) :
    ServiceException(message, failure)

/** There is no answer, or one that says that the service or the provider is in trouble. */
public class UnavailableException internal constructor(message: String, failure: Failure, cause: Throwable? = null) :
    ServiceException(message, failure, cause)

/** The error that an answer stands for, by the type of its problem and its status. */
internal fun errorOf(answer: Answer, what: String, now: Instant): ServiceException {
    val problem = runCatching { Json.parseToJsonElement(answer.text()) as JsonObject }.getOrNull()
    val type = problem?.text("type")?.takeIf { it != "about:blank" }?.substringAfterLast('/')?.substringAfterLast(':')
    val failure = Failure(
        status = answer.status,
        type = type?.let(::printable),
        detail = problem?.text("detail") ?: problem?.text("title"),
        requestId = problem?.text("support_code") ?: problem?.text("request_id")
            ?: answer.headers.firstValue("X-Request-Id").orElse(null),
        retryAfter = retryAfter(answer.headers, now),
    )
    val message = "$what: ${answer.status}${failure.type?.let { " $it" }.orEmpty()}"
    return (KINDS[type] ?: kind(answer.status))(message, failure)
}

private typealias Kind = (String, Failure) -> ServiceException

private val unavailable: Kind = { message, failure -> UnavailableException(message, failure) }
private val refused: Kind = { message, failure -> RefusedException(message, failure) }

/** The problems of the admin API that have a kind of their own, whatever their status is. */
private val KINDS: Map<String, Kind> = mapOf(
    "not-found" to ::NotFoundException,
    "unavailable" to unavailable,
    "too-many-requests" to ::RateLimitedException,
    "too-many-attempts" to ::RateLimitedException,
    "too-many-at-once" to ::RateLimitedException,
    "unauthenticated" to refused,
    "insufficient-scope" to refused,
    "beyond-authority" to refused,
)

private fun kind(status: Int): Kind = when {
    status >= SERVER_ERROR -> unavailable
    status == TOO_MANY -> ::RateLimitedException
    status == UNAUTHORIZED || status == FORBIDDEN -> refused
    status == NOT_FOUND -> ::NotFoundException
    status == CONFLICT || status == PRECONDITION_FAILED -> ::ConflictException
    else -> ::InvalidException
}

/** `Retry-After`, which is seconds or a date (RFC 9110 section 10.2.3). */
internal fun retryAfter(headers: HttpHeaders, now: Instant): Duration? {
    val text = headers.firstValue("Retry-After").orElse(null)?.trim() ?: return null
    if (SECONDS.matches(text)) return Duration.ofSeconds(text.toLong())
    return try {
        val at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()
        maxOf(Duration.ZERO, Duration.between(now, at))
    } catch (_: DateTimeParseException) {
        null
    }
}

/** Text of others, for messages that come into logs. */
internal fun printable(text: String): String = text.filter { it in ' '..'~' }.take(MAX_TOLD)

internal const val UNAUTHORIZED = 401
internal const val TOO_MANY = 429
private const val FORBIDDEN = 403
private const val NOT_FOUND = 404
private const val CONFLICT = 409
private const val PRECONDITION_FAILED = 412
private const val SERVER_ERROR = 500
private const val MAX_TOLD = 100
private val SECONDS = Regex("[0-9]{1,9}")
