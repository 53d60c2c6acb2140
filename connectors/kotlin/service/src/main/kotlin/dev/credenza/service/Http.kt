package dev.credenza.service

import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withTimeout
import java.io.IOException
import java.net.ProxySelector
import java.net.http.HttpClient
import java.net.http.HttpHeaders
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodySubscribers
import java.nio.ByteBuffer
import java.time.Duration
import java.util.concurrent.CompletionStage
import java.util.concurrent.Flow

/**
 * An answer, complete.
 *
 * @property status its status.
 * @property headers its fields.
 * @property body its body.
 */
public class Answer internal constructor(
    public val status: Int,
    public val headers: HttpHeaders,
    public val body: ByteArray,
) {
    /** The body as text, in UTF-8. */
    public fun text(): String = body.toString(Charsets.UTF_8)
}

/** Sends requests without blocking a thread; bounded in time and size, and without following redirects. */
internal class Http(private val config: ServiceConfig) {
    private val timeout: Duration = config.timeout.also {
        if (it.isZero || it.isNegative) throw ServiceSettingException("timeout", "has to be positive")
    }
    private val client: HttpClient = config.httpClient ?: HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(minOf(CONNECT, timeout))
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(ProxySelector.getDefault())
        .build()

    init {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw ServiceSettingException("http_client", "must not follow redirects")
        }
        if (config.maxAnswer <= 0) throw ServiceSettingException("max_answer", "has to be positive")
    }

    /** Sends a request; once more where the connection was lost and [isRepeatable]. Throws [UnavailableException]. */
    suspend fun send(request: HttpRequest, isRepeatable: Boolean): Answer = try {
        sent(request)
    } catch (lost: IOException) {
        // Whoever is slow or refuses connections would only be slower.
        val isLostReply = lost !is java.net.ConnectException && lost !is java.net.http.HttpTimeoutException
        if (!isRepeatable || !isLostReply) throw away(request, lost)
        try {
            sent(request)
        } catch (again: IOException) {
            throw away(request, again)
        }
    }

    private suspend fun sent(request: HttpRequest): Answer = try {
        withTimeout(timeout.toMillis()) {
            val answer = client.sendAsync(request) { bounded(config.maxAnswer) }.await()
            Answer(answer.statusCode(), answer.headers(), answer.body())
        }
    } catch (late: TimeoutCancellationException) {
        throw java.net.http.HttpTimeoutException("no answer within $timeout").apply { initCause(late) }
    }

    /** Without the query, which is nothing for a log. */
    private fun away(request: HttpRequest, cause: IOException) = UnavailableException(
        "${request.method()} ${request.uri().host}${request.uri().rawPath}: no answer ($cause)",
        Failure(),
        cause,
    )

    private companion object {
        val CONNECT: Duration = Duration.ofSeconds(5)
    }
}

/** Reads a body of so many bytes at most, and fails beyond that. */
private fun bounded(most: Int): HttpResponse.BodySubscriber<ByteArray> = Bounded(BodySubscribers.ofByteArray(), most)

private class Bounded(private val inner: HttpResponse.BodySubscriber<ByteArray>, private var left: Int) :
    HttpResponse.BodySubscriber<ByteArray> {
    private lateinit var subscription: Flow.Subscription

    override fun getBody(): CompletionStage<ByteArray> = inner.body

    override fun onSubscribe(subscription: Flow.Subscription) {
        this.subscription = subscription
        inner.onSubscribe(subscription)
    }

    override fun onNext(buffers: List<ByteBuffer>) {
        if (left < 0) return
        left -= buffers.sumOf(ByteBuffer::remaining)
        if (left >= 0) return inner.onNext(buffers)
        subscription.cancel()
        inner.onError(IOException("the answer is too long"))
    }

    override fun onError(failure: Throwable): Unit = inner.onError(failure)

    override fun onComplete(): Unit = inner.onComplete()
}
