package dev.credenza.kit

import dev.credenza.connectors.Caller
import java.net.URLDecoder

/** What the kit knows of a request, and what it adds to the answer. */
public interface Exchange {
    /** The id of the request: see [RequestId]. */
    public val requestId: String

    /** The path as it was requested, without the query. */
    public val path: String

    /** The query as it was requested, without the question mark; null where there is none. */
    public val query: String?

    /** Whom the request is from; null where no guard has let it pass. */
    public val caller: Caller?

    /** Sets a field of the answer. */
    public fun setHeader(name: String, value: String)
}

/**
 * All values of a parameter of the query, decoded as HTML forms are.
 *
 * @throws Problem with 400 where the query cannot be decoded.
 */
internal fun Exchange.parameters(name: String): List<String> = query.orEmpty().split('&')
    .map { it.substringBefore('=') to it.substringAfter('=', "") }
    .filter { (key) -> decoded(key) == name }
    .map { (_, value) -> decoded(value) }

private fun decoded(text: String): String = try {
    URLDecoder.decode(text, Charsets.UTF_8)
} catch (malformed: IllegalArgumentException) {
    throw Problem(BAD_REQUEST, detail = "The query cannot be decoded.", cause = malformed)
}

internal const val BAD_REQUEST = 400
internal const val FORBIDDEN = 403
internal const val UNAVAILABLE = 503
