package dev.credenza.connectors

import dev.credenza.Request

/**
 * What a guard reads of an HTTP request. Fields are given as received, every line of them.
 *
 * @property method the method, as the client sent it.
 * @property path the path without its query, as the client sent it, for the log.
 * @property host the value of `Host`, for a guard that chooses the issuer by it.
 * @property authorization every `Authorization` field.
 * @property dpop every `DPoP` field.
 * @property url the absolute URL as this program sees it, asked for only where it matters.
 * @property certificate the SHA-256 of the client's TLS certificate, base64url; asked for only where it matters.
 */
public class Incoming @JvmOverloads constructor(
    public val method: String,
    public val path: String,
    public val host: String?,
    public val authorization: List<String>,
    public val dpop: List<String>,
    internal val url: () -> String,
    internal val certificate: () -> String? = { null },
) {
    /** Whether there are no credentials at all: a request with those of another scheme is not anonymous. */
    public val isBare: Boolean get() = authorization.isEmpty()

    internal fun read(origin: String?): Request {
        val url = when {
            dpop.isEmpty() -> ""
            origin == null -> url()
            else -> origin.removeSuffix("/") + path
        }
        return Request(authorization, dpop, method, url, certificate())
    }

    public companion object {
        /** Whether these are the fields of a CORS preflight, which a browser sends without credentials. */
        @JvmStatic
        public fun isPreflight(method: String, origin: String?, requestMethod: String?): Boolean =
            method == "OPTIONS" && !origin.isNullOrEmpty() && !requestMethod.isNullOrEmpty()
    }
}
