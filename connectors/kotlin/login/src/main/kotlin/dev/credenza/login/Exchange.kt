package dev.credenza.login

import com.nimbusds.oauth2.sdk.util.URLUtils

/** An HTTP request and the fields of its answer, as a framework has them. */
public interface Exchange {
    /** The method, as in `GET`. */
    public val method: String

    /** The path as it was requested, without the query. */
    public val path: String

    /** The query as it was requested, without the question mark; null where there is none. */
    public val query: String?

    /** The body as text, of at most [MAX_BODY] bytes; null where it is longer. Read once, and only in back-channel logout. */
    public val body: String?

    /** All values of a field of the request. */
    public fun headers(name: String): List<String>

    /** Adds a field to the answer. */
    public fun addHeader(name: String, value: String)

    /** Sets a field of the answer, in place of what it was. */
    public fun setHeader(name: String, value: String)

    public companion object {
        /** How long a body may be, in bytes. */
        public const val MAX_BODY: Int = 65_536
    }
}

/**
 * An answer that is complete; its fields are added to those that the exchange has.
 *
 * @property status the status.
 * @property headers the fields.
 * @property body the body; empty where there is none.
 */
public class LoginAnswer internal constructor(
    public val status: Int,
    public val headers: Map<String, String> = emptyMap(),
    public val body: String = "",
)

internal fun redirect(status: Int, location: String): LoginAnswer =
    LoginAnswer(status, mapOf("Location" to location, "Cache-Control" to "no-store"))

internal fun json(status: Int, error: String, headers: Map<String, String> = emptyMap()): LoginAnswer = LoginAnswer(
    status,
    mapOf("Content-Type" to "application/json", "Cache-Control" to "no-store") + headers,
    """{"error":"$error"}""",
)

internal fun Exchange.header(name: String): String? = headers(name).firstOrNull()

/** A parameter of the query; null where it is absent or stands twice (RFC 6749 section 3.1). */
internal fun Exchange.parameter(name: String): String? = URLUtils.parseParameters(query.orEmpty())[name]?.singleOrNull()

internal fun Exchange.isRepeated(name: String): Boolean =
    (URLUtils.parseParameters(query.orEmpty())[name]?.size ?: 0) > 1

/** Path and query as requested. */
internal val Exchange.target: String get() = if (query == null) path else "$path?$query"

/** What is answered depends on who asks, and is for no one else. */
internal fun Exchange.isPrivate() {
    setHeader("Cache-Control", "no-store")
    addHeader("Vary", "Cookie")
}

/** Whether a person went there with a browser, and can be sent elsewhere. */
internal val Exchange.isNavigation: Boolean
    get() = method in setOf("GET", "HEAD") &&
        (header("Sec-Fetch-Mode") ?: "navigate") == "navigate" &&
        headers("Accept").any { "text/html" in it }
