package dev.credenza

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible

/**
 * Makes the HTTP requests of a validator. An implementation follows no redirects, reads at most [Fetch.maxBytes] of a
 * body, takes at most [Fetch.timeoutMillis], and throws where there is no answer.
 */
public fun interface Fetcher {
    /** Makes one request. */
    public suspend fun fetch(fetch: Fetch): FetchResponse

    public companion object {
        /** A blocking fetcher, such as one written in Java, on a thread that may block. */
        @JvmStatic
        public fun blocking(fetcher: BlockingFetcher): Fetcher =
            Fetcher { fetch -> runInterruptible(Dispatchers.IO) { fetcher.fetch(fetch) } }
    }
}

/** Like [Fetcher], on the calling thread. */
public fun interface BlockingFetcher {
    /** Makes one request. */
    @Throws(Exception::class)
    public fun fetch(fetch: Fetch): FetchResponse
}

/**
 * An HTTP request to make.
 *
 * @property key identifies what is fetched: of two fetches with the same key, one is enough.
 * @property method `GET` or `POST`. Two more are for the host itself, where the settings ask for them: `RESOLVE`, about the
 * issuer that is the [url], is answered with status 200 and its settings as JSON, or 404; `REMEMBER`, about the [key] until
 * the time in [body], with 200 where it is new and 409 where it is not. [HostFetcher] answers both.
 * @property url the URL: https, except for hosts for which the settings allow http.
 * @property headers fields to send, by name and value.
 * @property body the body of a POST.
 * @property maxBytes the greatest size of the answer's body; a longer one is a failure.
 * @property timeoutMillis how long it may take.
 */
public class Fetch private constructor(
    public val key: String,
    public val method: String,
    public val url: String,
    public val headers: List<Pair<String, String>>,
    public val body: String?,
    public val maxBytes: Int,
    public val timeoutMillis: Long,
    internal val json: String,
) {
    /** Shows neither header fields nor the body, which may hold secrets and tokens. */
    override fun toString(): String = "Fetch($method $url)"

    internal companion object {
        fun of(value: Any): Fetch {
            val members = value as Map<*, *>
            return Fetch(
                key = members["key"] as String,
                method = members["method"] as String,
                url = members["url"] as String,
                headers = (members["headers"] as List<*>).map { field ->
                    val (name, text) = field as List<*>
                    name as String to text as String
                },
                body = members["body"] as String?,
                maxBytes = (members["max_bytes"] as Long).toInt(),
                timeoutMillis = members["timeout_ms"] as Long,
                json = Json.write(members),
            )
        }
    }
}

/**
 * What was answered.
 *
 * @property status the status; anything but 200 is a failure.
 * @property body the body.
 * @property contentType the media type, where one was given.
 * @property cacheControl `Cache-Control`, where it was given.
 */
public class FetchResponse @JvmOverloads constructor(
    public val status: Int,
    public val body: ByteArray,
    public val contentType: String? = null,
    public val cacheControl: String? = null,
) {
    init {
        require(status in 100..999) { "no HTTP status: $status" }
    }
}
