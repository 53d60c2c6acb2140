package dev.credenza

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.http.HttpResponse.BodySubscriber
import java.nio.ByteBuffer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.Flow
import java.util.zip.GZIPInputStream

/** A body that is read up to a limit. */
internal class LimitedBody(private val maxBytes: Int) : BodySubscriber<ByteArray> {
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
                whole.completeExceptionally(tooLarge(maxBytes))
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

/** Undoes a `Content-Encoding` (RFC 9110 section 8.4). What comes out is held to the same limit as what came in. */
internal fun decoded(body: ByteArray, encoding: String?, maxBytes: Int): ByteArray =
    when (encoding?.trim()?.lowercase()) {
        null, "", "identity" -> body
        "gzip", "x-gzip" -> unzipped(body, maxBytes)
        else -> throw FetchException(Cause.OTHER, "the answer has the Content-Encoding $encoding")
    }

private fun unzipped(body: ByteArray, maxBytes: Int): ByteArray {
    val bytes = try {
        GZIPInputStream(body.inputStream()).readNBytes(maxBytes + 1)
    } catch (failure: IOException) {
        throw FetchException(Cause.OTHER, "the answer is not the gzip that it says it is", failure)
    }
    return if (bytes.size > maxBytes) throw tooLarge(maxBytes) else bytes
}

private fun tooLarge(maxBytes: Int) = FetchException(Cause.TOO_LARGE, "the answer has more than $maxBytes bytes")
