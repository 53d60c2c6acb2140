package dev.credenza.admin

import java.io.ByteArrayInputStream
import java.io.IOException
import java.io.InputStream
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration
import java.time.Instant
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.time.format.DateTimeParseException
import java.util.UUID
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import kotlin.random.Random

/**
 * Sends requests with the access token and, at creations, an `Idempotency-Key`, and tries again what may be tried again. The
 * rest is up to the client within it.
 */
internal class CallingHttpClient(
    private val inner: HttpClient,
    private val tokens: TokenSource,
    private val retries: Retries,
) : HttpClient() {
    override fun <T : Any?> send(request: HttpRequest, handler: HttpResponse.BodyHandler<T>): HttpResponse<T> {
        val isCreation = CREATIONS.any { it.matches("${request.method()} ${request.uri().path}") }
        val key = if (isCreation) UUID.randomUUID().toString() else null
        val repeatable = isCreation || request.method() in listOf("GET", "PUT", "DELETE")
        var renewed = false
        var attempt = 1
        while (true) {
            val token = tokens.token()
            val outcome = attempt(withHeaders(request, token, key), handler)
            val response = outcome.getOrNull()
            if (response?.statusCode() == 401 && !renewed) {
                // It may have been revoked, or the provider's keys are new: once more with another token.
                renewed = true
                tokens.refused(token)
                if (tokens.token() != token) continue
            }
            val wait = wait(attempt, response)
            val more = attempt < retries.attempts && wait <= retries.longest
            if (!more || !mayRepeat(outcome, repeatable, isCreation)) return outcome.getOrThrow()
            Thread.sleep(wait.toMillis())
            attempt += 1
        }
    }

    // The whole body is read here: a connection that is lost while it comes counts as lost too.
    private fun <T : Any?> attempt(request: HttpRequest, handler: HttpResponse.BodyHandler<T>): Result<HttpResponse<T>> =
        try {
            val response = inner.send(request, handler)
            val body = response.body()
            @Suppress("UNCHECKED_CAST")
            Result.success(if (body is InputStream) Read(response, ByteArrayInputStream(body.use { it.readAllBytes() }) as T) else response)
        } catch (error: IOException) {
            Result.failure(error)
        }

    private class Read<T>(private val whole: HttpResponse<T>, private val body: T) : HttpResponse<T> by whole {
        override fun body(): T = body
    }

    private fun withHeaders(request: HttpRequest, token: String, key: String?): HttpRequest {
        val builder = HttpRequest.newBuilder(request) { _, _ -> true }.setHeader("authorization", "Bearer $token")
        if (key != null && request.headers().firstValue("idempotency-key").isEmpty) builder.setHeader("idempotency-key", key)
        return builder.setHeader("user-agent", "credenza-admin-jvm/$VERSION").build()
    }

    // What was refused for now (429, 503) was not carried out. Where it is not known whether it was, only what may be carried
    // out twice is repeated: by its method, or by its Idempotency-Key.
    private fun mayRepeat(outcome: Result<HttpResponse<*>>, repeatable: Boolean, isCreation: Boolean): Boolean {
        val response = outcome.getOrNull() ?: return repeatable
        return when (response.statusCode()) {
            429, 503 -> true
            502, 504 -> repeatable
            // An earlier attempt with the same key is still being carried out.
            409 -> isCreation && "/problems/idempotency-key-in-use" in peek(response.body())
            else -> false
        }
    }

    private fun peek(body: Any?): String {
        if (body !is ByteArrayInputStream) return body?.toString().orEmpty()
        return body.readAllBytes().decodeToString().also { body.reset() }
    }

    // What Retry-After says (RFC 9110 10.2.3), or else twice as long each time, and by chance somewhat less, so that callers
    // do not come back together.
    private fun wait(attempt: Int, response: HttpResponse<*>?): Duration {
        val said = response?.headers()?.firstValue("retry-after")?.orElse(null)
        said?.toLongOrNull()?.takeIf { it >= 0 }?.let { return Duration.ofSeconds(it) }
        if (said != null) {
            try {
                val date = ZonedDateTime.parse(said, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()
                return maxOf(Duration.ZERO, Duration.between(Instant.now(), date))
            } catch (_: DateTimeParseException) {
                // Not a date either: as if it were not there.
            }
        }
        val most = minOf(8000L, 250L shl minOf(attempt, 6))
        return Duration.ofMillis(Random.nextLong(most / 2, most))
    }

    // The operations are generated for blocking calls, so these are never asked for one.
    override fun <T : Any?> sendAsync(request: HttpRequest, handler: HttpResponse.BodyHandler<T>): CompletableFuture<HttpResponse<T>> =
        CompletableFuture.supplyAsync { send(request, handler) }

    override fun <T : Any?> sendAsync(
        request: HttpRequest,
        handler: HttpResponse.BodyHandler<T>,
        push: HttpResponse.PushPromiseHandler<T>?,
    ): CompletableFuture<HttpResponse<T>> = sendAsync(request, handler)

    override fun cookieHandler() = inner.cookieHandler()
    override fun connectTimeout() = inner.connectTimeout()
    override fun followRedirects() = inner.followRedirects()
    override fun proxy() = inner.proxy()
    override fun sslContext() = inner.sslContext()
    override fun sslParameters() = inner.sslParameters()
    override fun authenticator() = inner.authenticator()
    override fun version() = inner.version()
    override fun executor(): java.util.Optional<Executor> = inner.executor()
}
