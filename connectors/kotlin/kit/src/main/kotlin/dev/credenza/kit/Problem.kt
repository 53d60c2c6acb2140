package dev.credenza.kit

/**
 * What goes wrong with a request, and the answer to it as problem details (RFC 9457): thrown anywhere, it is answered as it
 * says. Nothing of its cause is in the answer.
 *
 * @property status of the answer.
 * @property name what kind of problem it is, for programs: its `type` is `urn:problem:NAME`, and `about:blank` without one.
 * @property detail what a client can do about it.
 * @property members of the body beside those of RFC 9457.
 * @property headers fields of the answer.
 */
public class Problem @JvmOverloads constructor(
    public val status: Int,
    public val name: String? = null,
    public val detail: String? = null,
    public val members: Map<String, Any?> = emptyMap(),
    @Transient public val headers: Map<String, String> = emptyMap(),
    cause: Throwable? = null,
) : RuntimeException("$status ${name ?: TITLES[status].orEmpty()}".trim(), cause) {
    /** The status in words. */
    public val title: String get() = TITLES[status] ?: "Status $status"

    /** The body of the answer, JSON, with the id by which the log knows the request. */
    public fun body(requestId: String): String = JsonText.write(
        buildMap {
            put("type", if (name == null) "about:blank" else "urn:problem:$name")
            put("title", title)
            put("status", status)
            detail?.let { put("detail", it) }
            put("request_id", requestId)
            putAll(members)
        },
    )

    public companion object {
        /** The media type of problems. */
        public const val MEDIA_TYPE: String = "application/problem+json"

        /** The problem that an error is, or that is among its causes; null where it is none. */
        @JvmStatic
        public fun within(error: Throwable): Problem? =
            generateSequence(error) { it.cause }.take(MOST_CAUSES).firstNotNullOfOrNull { it as? Problem }

        /** An error of this program, of which a client is told nothing. */
        @JvmStatic
        public fun internalError(): Problem = Problem(INTERNAL, "internal_error")

        /** A request that took too long. */
        @JvmStatic
        public fun timeout(): Problem = Problem(UNAVAILABLE, "timeout", headers = mapOf("Retry-After" to "1"))

        private const val INTERNAL = 500
        private const val MOST_CAUSES = 50
        private val TITLES = mapOf(
            400 to "Bad Request", 401 to "Unauthorized", 402 to "Payment Required", 403 to "Forbidden",
            404 to "Not Found", 405 to "Method Not Allowed", 406 to "Not Acceptable", 408 to "Request Timeout",
            409 to "Conflict", 410 to "Gone", 411 to "Length Required", 412 to "Precondition Failed",
            413 to "Content Too Large", 414 to "URI Too Long", 415 to "Unsupported Media Type",
            416 to "Range Not Satisfiable", 417 to "Expectation Failed", 421 to "Misdirected Request",
            422 to "Unprocessable Content", 423 to "Locked", 424 to "Failed Dependency", 425 to "Too Early",
            426 to "Upgrade Required", 428 to "Precondition Required", 429 to "Too Many Requests",
            431 to "Request Header Fields Too Large", 451 to "Unavailable For Legal Reasons",
            500 to "Internal Server Error", 501 to "Not Implemented", 502 to "Bad Gateway",
            503 to "Service Unavailable", 504 to "Gateway Timeout",
        )
    }
}
