package dev.credenza

/** Whether a request may pass. */
public sealed interface Decision {
    /**
     * It may.
     *
     * @property claims what the token says.
     * @property dpopNonce the value of `DPoP-Nonce` for the answer, when the client's nonce is about to expire (RFC 9449
     *   section 8.2).
     */
    public class Allow internal constructor(public val claims: Claims, public val dpopNonce: String?) : Decision

    /**
     * It may not.
     *
     * @property denied why, and what to answer.
     */
    public class Deny internal constructor(public val denied: Denied) : Decision

    /** The claims; throws [Denied] when the request may not pass. */
    @Throws(Denied::class)
    public fun orThrow(): Claims = when (this) {
        is Allow -> claims
        is Deny -> throw denied
    }
}

/**
 * A request may not pass. It holds no claims, and no stack trace, as it is an answer and not a fault of the program.
 *
 * @property status the status to answer: 400, 401, 403, or 503 when the check itself was not possible.
 * @property wwwAuthenticate the value of `WWW-Authenticate`; none with 503, and for ID tokens and logout tokens.
 * @property dpopNonce the value of `DPoP-Nonce` for the answer (RFC 9449 section 9).
 * @property rule the name of the reason, such as `exp`.
 * @property section the section that requires it, such as `RFC 7519 section 4.1.4`.
 * @property error the error code in the challenge, such as `invalid_token`.
 * @property detail what was found and what was wanted, for the log and not for the answer.
 */
public class Denied internal constructor(
    public val status: Int,
    public val wwwAuthenticate: String?,
    public val dpopNonce: String?,
    public val rule: String,
    public val section: String,
    public val error: String?,
    public val detail: Detail,
    description: String,
) : Exception("$description ($rule, $section)", null, false, false) {
    /** The header fields of the answer, by name: `WWW-Authenticate` and `DPoP-Nonce`, where there are such. */
    public val headers: Map<String, String>
        get() = listOfNotNull(
            wwwAuthenticate?.let { "WWW-Authenticate" to it },
            dpopNonce?.let { "DPoP-Nonce" to it },
        ).toMap()
}

/**
 * The parts of an HTTP request that a check reads. Fields are given as received, every line of them.
 *
 * @property authorization every `Authorization` field.
 * @property dpop every `DPoP` field.
 * @property method the method, as in `GET`.
 * @property url the absolute URL that the client asked for, as it is seen from outside.
 * @property certificateThumbprint the SHA-256 of the client's TLS certificate, base64url: [certificateThumbprint].
 */
public data class Request @JvmOverloads constructor(
    val authorization: List<String>,
    val dpop: List<String> = emptyList(),
    val method: String = "",
    val url: String = "",
    val certificateThumbprint: String? = null,
)
