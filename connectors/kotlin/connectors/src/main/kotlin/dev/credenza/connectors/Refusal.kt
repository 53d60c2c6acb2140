package dev.credenza.connectors

import dev.credenza.Denied
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/**
 * What to answer to a request that is refused, and why, for the log.
 *
 * @property status 400, 401, 403, or 503 when the check itself was not possible.
 * @property rule the name of the reason, such as `exp`.
 * @property description what the rule says, in words.
 * @property reason what was found, in words; not for the answer.
 * @property kid the key that the token names; not verified, like [iss] and [exp].
 * @property iss the issuer that the token names.
 * @property audience whom the token is for, where that is why it is refused.
 * @property exp when the token says that it expires, in seconds since 1970.
 * @property headers the fields of the answer, by name.
 */
public class Refusal private constructor(
    public val status: Int,
    public val rule: String,
    public val description: String,
    public val reason: String,
    public val kid: String?,
    public val iss: String?,
    public val audience: List<String>,
    public val exp: Long?,
    challenge: String?,
    nonce: String?,
    isDebug: Boolean,
) {
    public val headers: Map<String, String> = buildMap {
        challenge?.let { put("WWW-Authenticate", it) }
        nonce?.let { put("DPoP-Nonce", it) }
        put("Cache-Control", "no-store")
        if (status == UNAVAILABLE) put("Retry-After", RETRY_AFTER_SECONDS.toString())
    }

    /** The body of the answer, JSON, in debug mode; otherwise there is none. */
    public val body: String? = if (!isDebug) {
        null
    } else {
        buildJsonObject {
            put("rule", rule)
            put("detail", reason)
        }.toString()
    }

    /** The value of `WWW-Authenticate`; none with 503. */
    public val challenge: String? get() = headers["WWW-Authenticate"]

    override fun toString(): String = "$status $rule"

    internal companion object {
        private const val UNAVAILABLE = 503

        /** How soon the issuer is asked again after a failure. */
        private const val RETRY_AFTER_SECONDS = 5

        fun of(denied: Denied, isDebug: Boolean): Refusal = with(denied.detail) {
            Refusal(
                status = denied.status,
                rule = denied.rule,
                description = denied.message.orEmpty(),
                reason = reason,
                kid = kid,
                iss = iss,
                audience = if (member == "aud") found else emptyList(),
                exp = exp,
                challenge = denied.wwwAuthenticate,
                nonce = denied.dpopNonce,
                isDebug = isDebug,
            )
        }

        /** Of a token whose issuer is none of those that are trusted (RFC 7519 section 4.1.1). */
        fun ofIssuer(iss: String, challenge: String, isDebug: Boolean): Refusal = Refusal(
            status = 401,
            rule = "iss",
            description = Challenge.OTHER_ISSUER,
            reason = "${Challenge.OTHER_ISSUER}: no validator is for ${iss.take(MAX_SHOWN)}",
            kid = null,
            iss = iss.take(MAX_SHOWN),
            audience = emptyList(),
            exp = null,
            challenge = challenge,
            nonce = null,
            isDebug = isDebug,
        )

        private const val MAX_SHOWN = 200
    }
}
