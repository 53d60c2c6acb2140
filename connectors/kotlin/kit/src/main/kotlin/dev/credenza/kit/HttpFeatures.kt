package dev.credenza.kit

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.longOrNull
import java.io.IOException
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodySubscribers
import java.time.Duration
import java.util.concurrent.CompletionStage

/**
 * Features by HTTP: `GET URL?plan=pro` answers an object of them as JSON.
 *
 * @param url where they are; a query of its own stays.
 */
public class HttpFeatures @JvmOverloads constructor(private val url: String, client: HttpClient? = null) :
    FeatureSource {
    private val client = client ?: HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(PATIENCE)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build()

    init {
        URI.create(url)
    }

    override fun load(plan: String?): CompletionStage<Map<String, Any?>> {
        val separator = if ('?' in url) '&' else '?'
        val target = URI.create(url + separator + "plan=" + URLEncoder.encode(plan.orEmpty(), Charsets.UTF_8))
        val request = HttpRequest.newBuilder(target).timeout(PATIENCE).header("Accept", "application/json").build()
        return client.sendAsync(request, ::body).thenApply { answer ->
            if (answer.statusCode() !=
                OK
            ) {
                throw IOException("the features are answered by ${answer.statusCode()}").unchecked()
            }
            read(answer.body())
        }
    }

    private fun body(
        @Suppress("UNUSED_PARAMETER") info: HttpResponse.ResponseInfo,
    ): HttpResponse.BodySubscriber<ByteArray> =
        BodySubscribers.mapping(BodySubscribers.ofInputStream()) { it.use { stream -> stream.readNBytes(MOST) } }

    private fun read(body: ByteArray): Map<String, Any?> {
        val document = Json.parseToJsonElement(body.decodeToString()) as? JsonObject
            ?: throw IOException("the features are no JSON object").unchecked()
        return document.mapValues { (_, value) -> plain(value) }
    }

    private fun plain(value: JsonElement): Any? = when {
        value !is JsonPrimitive -> value
        value.isString -> value.content
        else -> value.booleanOrNull ?: value.longOrNull ?: value.doubleOrNull
    }

    private fun IOException.unchecked() = java.io.UncheckedIOException(this)

    private companion object {
        val PATIENCE: Duration = Duration.ofSeconds(5)
        const val OK = 200
        const val MOST = 262_144
    }
}
