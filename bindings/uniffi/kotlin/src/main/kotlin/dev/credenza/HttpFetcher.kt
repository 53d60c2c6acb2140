package dev.credenza

import kotlinx.coroutines.future.await
import kotlinx.coroutines.withTimeoutOrNull
import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.nio.file.Path
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/**
 * Fetches with the JDK's own client. It follows no redirects, decodes gzip, and goes by way of the proxy that the JVM or
 * the environment names.
 */
public class HttpFetcher private constructor(private var client: HttpClient?, private val threads: ExecutorService?) :
    Fetcher,
    AutoCloseable {
    /**
     * A client of its own.
     *
     * @param caFile certificates in PEM: the only ones trusted, instead of those of the JVM.
     * @throws IllegalArgumentException when the file holds none, or the environment's proxy is malformed.
     */
    @JvmOverloads
    public constructor(caFile: Path? = null) : this(caFile, System.getenv())

    /**
     * A configured client of the application, which remains the application's to close.
     *
     * @throws IllegalArgumentException when it follows redirects.
     */
    public constructor(client: HttpClient) : this(client, null) {
        require(client.followRedirects() == HttpClient.Redirect.NEVER) { "the client follows redirects" }
    }

    internal constructor(caFile: Path?, environment: Map<String, String>) :
        this(caFile, Proxies(environment), Executors.newCachedThreadPool(::daemon))

    private constructor(caFile: Path?, proxies: Proxies, threads: ExecutorService) :
        this(client(caFile, proxies, threads), threads)

    override suspend fun fetch(fetch: Fetch): FetchResponse {
        val client = checkNotNull(client) { "the fetcher is closed" }
        val response = try {
            // The client's own timeout covers only the header.
            withTimeoutOrNull(fetch.timeoutMillis) {
                client.sendAsync(request(fetch)) { LimitedBody(fetch.maxBytes) }.await()
            }
        } catch (failure: IOException) {
            throw FetchException.of(failure)
        } ?: throw FetchException(Cause.TIMEOUT, "no answer within ${fetch.timeoutMillis} ms")
        if (response.statusCode() in REDIRECTS) {
            val target = response.field("location") ?: "nowhere"
            throw FetchException(Cause.REDIRECT, "a redirect to $target, which is not followed")
        }
        return FetchResponse(
            response.statusCode(),
            decoded(response.body(), response.field("content-encoding"), fetch.maxBytes),
            response.field("content-type"),
            response.field("cache-control"),
        )
    }

    /** Ends the requests under way, and the threads of the client: on JDK 17 when the collector has found it unused. */
    override fun close() {
        val client = client
        this.client = null
        if (threads == null) return
        // From JDK 21 on.
        runCatching { HttpClient::class.java.getMethod("shutdownNow").invoke(client) }
        threads.shutdown()
    }

    private fun request(fetch: Fetch): HttpRequest {
        val request = HttpRequest.newBuilder(URI.create(fetch.url))
            .method(fetch.method, fetch.body?.let(BodyPublishers::ofString) ?: BodyPublishers.noBody())
            .setHeader("User-Agent", USER_AGENT)
            .setHeader("Accept-Encoding", "gzip")
        fetch.headers.forEach { (name, value) -> request.setHeader(name, value) }
        return request.build()
    }

    private fun HttpResponse<*>.field(name: String): String? = headers().firstValue(name).orElse(null)

    private companion object {
        val USER_AGENT = "credenza-validator/${libraryVersion()} (JVM ${Runtime.version().feature()})"
        val REDIRECTS = setOf(301, 302, 303, 307, 308)

        fun client(caFile: Path?, proxies: Proxies, threads: ExecutorService): HttpClient = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxies)
            .executor(threads)
            .apply { caFile?.let { sslContext(trusting(it)) } }
            .build()

        fun daemon(work: Runnable) = Thread(work, "credenza-fetch").apply { isDaemon = true }
    }
}
