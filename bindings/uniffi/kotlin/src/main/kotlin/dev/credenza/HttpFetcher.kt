package dev.credenza

import kotlinx.coroutines.future.await
import kotlinx.coroutines.withTimeoutOrNull
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodySubscriber
import java.nio.ByteBuffer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.Flow

/**
 * Fetches with the JDK's own client. Another one, for a proxy or other certificates, must not follow redirects.
 */
public class HttpFetcher @JvmOverloads constructor(
    private val client: HttpClient = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build(),
) : Fetcher {
    init {
        require(client.followRedirects() == HttpClient.Redirect.NEVER) { "the client follows redirects" }
    }

    override suspend fun fetch(fetch: Fetch): FetchResponse {
        val request = HttpRequest.newBuilder(URI.create(fetch.url))
            .method(fetch.method, fetch.body?.let(BodyPublishers::ofString) ?: BodyPublishers.noBody())
        fetch.headers.forEach { (name, value) -> request.setHeader(name, value) }
        // The client's own timeout covers only the header.
        val response = withTimeoutOrNull(fetch.timeoutMillis) {
            client.sendAsync(request.build()) { LimitedBody(fetch.maxBytes) }.await()
        } ?: throw IOException("no answer within ${fetch.timeoutMillis} ms")
        return FetchResponse(
            response.statusCode(),
            response.body(),
            response.field("content-type"),
            response.field("cache-control"),
        )
    }

    private fun HttpResponse<*>.field(name: String): String? = headers().firstValue(name).orElse(null)
}

/** A body that is read up to a limit. */
private class LimitedBody(private val maxBytes: Int) : BodySubscriber<ByteArray> {
    private val whole = CompletableFuture<ByteArray>()
    private val read = ByteArrayOutputStream()
    private lateinit var subscription: Flow.Subscription

    override fun getBody(): CompletionStage<ByteArray> = whole

    override fun onSubscribe(subscription: Flow.Subscription) {
        this.subscription = subscription
        subscription.request(1)
    }

    override fun onNext(buffers: List<ByteBuffer>) {
        for (buffer in buffers) {
            if (read.size() + buffer.remaining() > maxBytes) {
                subscription.cancel()
                whole.completeExceptionally(IOException("more than $maxBytes bytes"))
                return
            }
            val bytes = ByteArray(buffer.remaining())
            buffer.get(bytes)
            read.writeBytes(bytes)
        }
        subscription.request(1)
    }

    override fun onError(failure: Throwable) {
        whole.completeExceptionally(failure)
    }

    override fun onComplete() {
        whole.complete(read.toByteArray())
    }
}
