package dev.credenza.admin

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.io.IOException
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration
import java.util.Base64

/** Where the access tokens of calls come from. */
interface TokenSource {
    /** A token that is valid now. */
    @Throws(IOException::class, InterruptedException::class)
    fun token(): String

    /** Says that a token was not accepted (401), so that it is not given out again. */
    fun refused(token: String) {}
}

/** An answer of the token endpoint that is no token (RFC 6749 5.2): its status, and the registered error code. */
class TokenException(val status: Int, val code: String, description: String?) :
    IOException("no access token: $code ($status)" + description?.let { ": $it" }.orEmpty())

/**
 * Gets tokens by the credentials of a service account (RFC 6749 4.4), which `credenza client create
 * --grant-type client_credentials` prints. A token is kept until shortly before it expires, and whoever needs one while it is
 * being fetched waits for that one.
 *
 * @param issuer the issuer of the tenant; the token endpoint is found by discovery
 * @param scope what tokens are asked for; everything that the service account may have, without it
 * @param resource whose API tokens are for; `ISSUER/admin` without it
 */
class ServiceAccount @JvmOverloads constructor(
    issuer: String,
    private val clientId: String,
    private val clientSecret: String,
    private val scope: String? = null,
    resource: String? = null,
    private val http: HttpClient = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build(),
) : TokenSource {
    private val issuer = issuer.trimEnd('/')
    private val resource = resource ?: "${this.issuer}/admin"
    private val mapper = ObjectMapper()
    private var endpoint: URI? = null
    private var current: Pair<String, Long>? = null

    @Synchronized
    override fun token(): String {
        current?.let { (token, renew) -> if (System.nanoTime() - renew < 0) return token }
        return ask()
    }

    @Synchronized
    override fun refused(token: String) {
        if (current?.first == token) current = null
    }

    private fun ask(): String {
        val asked = System.nanoTime()
        val fields = listOf("grant_type" to "client_credentials", "resource" to resource) +
            listOfNotNull(scope?.let { "scope" to it })
        val form = fields.joinToString("&") { (name, value) -> "$name=${encoded(value)}" }
        // RFC 6749 2.3.1: both are encoded as in a form.
        val credentials = "${encoded(clientId)}:${encoded(clientSecret)}".toByteArray()
        val request = HttpRequest.newBuilder(endpoint ?: discover())
            .header("authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
        val (status, answer) = send(request)
        val token = answer.path("access_token").asText("")
        if (status != 200 || token.isEmpty()) {
            val code = answer.path("error").asText("no token in the answer")
            throw TokenException(status, code, answer.path("error_description").takeIf { it.isTextual }?.asText())
        }
        val lifetime = Duration.ofSeconds(answer.path("expires_in").asLong(0))
        // A tenth of its life, and at most half a minute, is left for the calls under way.
        val margin = minOf(lifetime.dividedBy(10), Duration.ofSeconds(30))
        current = token to asked + lifetime.minus(margin).toNanos()
        return token
    }

    // OpenID Connect Discovery 4.
    private fun discover(): URI {
        val (status, metadata) = send(HttpRequest.newBuilder(URI("$issuer/.well-known/openid-configuration")))
        if (status != 200) throw IOException("discovery of $issuer: status $status")
        val said = metadata.path("issuer").asText()
        if (said.trimEnd('/') != issuer) throw IOException("discovery of $issuer answers for the issuer $said")
        if (!metadata.has("token_endpoint")) throw IOException("discovery names no token endpoint")
        return URI(metadata["token_endpoint"].asText()).also { endpoint = it }
    }

    private fun send(request: HttpRequest.Builder): Pair<Int, JsonNode> {
        val whole = request.timeout(Duration.ofSeconds(30)).build()
        val response = http.send(whole, HttpResponse.BodyHandlers.ofString())
        val body = runCatching { mapper.readTree(response.body()) }.getOrElse { mapper.createObjectNode() }
        return response.statusCode() to body
    }

    private fun encoded(text: String) = URLEncoder.encode(text, Charsets.UTF_8)
}
