package dev.credenza.login

import com.nimbusds.oauth2.sdk.http.HTTPRequest
import com.nimbusds.oauth2.sdk.http.HTTPResponse
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import java.io.IOException
import java.net.ProxySelector
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration

/** Requests to the provider: no redirects, bounded in time and size. */
internal class Http {
    private val client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(ProxySelector.getDefault())
        .build()

    /** Throws [IOException]. */
    suspend fun get(url: URI): HTTPResponse =
        sent(HttpRequest.newBuilder(url).header("Accept", "application/json").GET())

    /** Sends a request that Nimbus has built. Throws [IOException]. */
    suspend fun send(request: HTTPRequest): HTTPResponse {
        val builder = HttpRequest.newBuilder(request.uri)
        request.headerMap.forEach { (name, values) -> values.forEach { builder.header(name, it) } }
        return sent(builder.method(request.method.name, HttpRequest.BodyPublishers.ofString(request.body.orEmpty())))
    }

    private suspend fun sent(builder: HttpRequest.Builder): HTTPResponse = runInterruptible(Dispatchers.IO) {
        val request = builder.timeout(ANSWER).build()
        val reply = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
        val bytes = reply.body().use { it.readNBytes(MOST + 1) }
        if (bytes.size > MOST) throw IOException("the answer is too long")
        HTTPResponse(reply.statusCode()).apply {
            reply.headers().firstValue("Content-Type").ifPresent { setContentType(it) }
            body = String(bytes, Charsets.UTF_8)
        }
    }

    private companion object {
        val CONNECT: Duration = Duration.ofSeconds(5)
        val ANSWER: Duration = Duration.ofSeconds(10)
        const val MOST = 262_144
    }
}
