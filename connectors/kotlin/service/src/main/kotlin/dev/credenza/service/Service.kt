package dev.credenza.service

import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import java.net.URI
import java.net.http.HttpRequest
import java.time.Duration

/** A service that is called with a token: everything below its URL, and nothing else. */
public class Service internal constructor(
    private val base: URI,
    private val tokens: TokenSource,
    private val http: Http,
    private val config: ServiceConfig,
) {
    /** Begins a request for a path below the service's URL, such as `/orders?state=open`; encode what stands in it. */
    public fun request(path: String): HttpRequest.Builder = HttpRequest.newBuilder(
        URI.create("$base/${path.removePrefix("/")}"),
    ).header("Accept", "application/json")

    /**
     * Calls: returns the answer where it is a success (2xx), and throws a [ServiceException] otherwise. A token of this client
     * that the service refuses by 401 is thrown away, and the request sent once more with another; so it is where the
     * service asks to come again within a second. Its body has to be one that can be sent again, such as
     * `BodyPublishers.ofString`. Redirects are not followed.
     *
     * @throws IllegalArgumentException the request leads elsewhere, where the token must not go.
     */
    @JvmSynthetic
    public suspend fun call(request: HttpRequest): Answer {
        require(isBelow(request.uri())) { "the request is not below $base" }
        var answer = authorized(request)
        val wait = retryAfter(answer.headers, config.clock.instant())
        if (answer.status == TOO_MANY && wait != null && wait <= SHORT) {
            delay(wait.toMillis())
            answer = authorized(request)
        }
        if (answer.status in SUCCESS) return answer
        throw errorOf(answer, "${request.method()} ${base.host}${request.uri().rawPath}", config.clock.instant())
    }

    /** As [call], on this thread. */
    public fun callBlocking(request: HttpRequest): Answer = runBlocking { call(request) }

    private suspend fun authorized(request: HttpRequest): Answer {
        val token = tokens.token()
        val answer = sent(request, token)
        if (answer.status != UNAUTHORIZED || !tokens.discard(token)) return answer
        return sent(request, tokens.token())
    }

    private suspend fun sent(request: HttpRequest, token: String): Answer {
        val own = HttpRequest.newBuilder(request) { name, _ -> !name.equals("Authorization", ignoreCase = true) }
            .header("Authorization", "Bearer $token")
        val id = config.requestId()
        if (id != null && request.headers().firstValue(REQUEST_ID).isEmpty) own.header(REQUEST_ID, id)
        // The JDK sees to it for methods that are safe.
        return http.send(own.build(), request.headers().firstValue("Idempotency-Key").isPresent)
    }

    /** Nobody who means a path below the service needs steps in it; in parts that come from a request they are an attack. */
    private fun isBelow(url: URI): Boolean {
        val isSame = url.scheme == base.scheme && url.rawAuthority == base.rawAuthority
        return isSame && "${url.rawPath}/".startsWith("${base.rawPath}/") && !STEP.containsMatchIn(url.rawPath)
    }

    private companion object {
        val SUCCESS = 200..299
        val SHORT: Duration = Duration.ofSeconds(1)
        const val REQUEST_ID = "X-Request-Id"
        val STEP = Regex("/(\\.|%2e){1,2}(/|$)", RegexOption.IGNORE_CASE)
    }
}
