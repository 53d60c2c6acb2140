package dev.credenza.admin

import dev.credenza.admin.client.ApiClient
import java.net.http.HttpClient
import java.time.Duration

/**
 * The admin API of the tenant with this issuer, such as `https://id.example.com/t/acme`. That of the default tenant has
 * what is about the installation too. One of it serves all threads.
 *
 * @param tokens usually a [ServiceAccount]
 * @param retries how calls are tried again
 */
class Admin @JvmOverloads constructor(
    issuer: String,
    tokens: TokenSource,
    retries: Retries = Retries(),
    http: HttpClient = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build(),
) : Apis(Calling(issuer, CallingHttpClient(http, tokens, retries)))

/** How calls are tried again: how often in all (1 tries nothing again), and the longest `Retry-After` that is waited for. */
class Retries @JvmOverloads constructor(
    val attempts: Int = 4,
    val longest: Duration = Duration.ofMinutes(1),
)

// The generated operations take the client from here.
private class Calling(issuer: String, private val http: HttpClient) :
    ApiClient(HttpClient.newBuilder(), createDefaultObjectMapper(), issuer.trimEnd('/')) {
    override fun getHttpClient(): HttpClient = http
}

/** The entity tag of a version that was read, for `If-Match`. */
fun etag(version: Long): String = "\"$version\""
