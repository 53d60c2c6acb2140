package dev.credenza.connectors

/**
 * How a guard stands in its program.
 *
 * @property origin the part of URLs that clients see and this program does not, behind a reverse proxy: scheme, host, and
 *   a prefix of the path that the proxy takes away, as in `https://api.example/v1`. It matters for DPoP alone (RFC 9449
 *   section 4.3). Forwarded fields are not read, as anybody can send them.
 * @property preflight whether CORS preflights, which have no credentials, are passed on to whatever answers them.
 * @property debug puts the rule and what it found into the answer. Not for production.
 */
public data class GuardOptions @JvmOverloads constructor(
    val origin: String? = null,
    val preflight: Boolean = false,
    val debug: Boolean = false,
)
