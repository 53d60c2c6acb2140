package dev.credenza

/** What is wrong with something that was fetched, or why it could not be. */
public enum class Cause {
    /** A status other than 200. */
    HTTP_STATUS,

    /** A redirect, which is not followed. */
    REDIRECT,

    /** A page of HTML. */
    HTML,

    /** Not JSON. */
    NOT_JSON,

    /** JSON, but not the document that was asked for. */
    MALFORMED,

    /** Metadata of another issuer (OpenID Connect Discovery 4.3). */
    ISSUER_MISMATCH,

    /** A URL in the metadata is http, or relative. */
    INSECURE,

    /** No key in the set can be used. */
    NO_KEYS,

    /** The metadata name no such endpoint. */
    NOT_OFFERED,

    /** It was asked for a moment ago. */
    COOLDOWN,

    /** A signed answer that does not verify. */
    UNTRUSTED,

    /** No whole answer in time. */
    TIMEOUT,

    /** The host, or the proxy, could not be reached, or broke off. */
    CONNECT,

    /** The name of the host is unknown. */
    DNS,

    /** TLS failed: no certificate that is trusted, or no version in common. */
    TLS,

    /** The certificate is for another name. */
    TLS_NAME,

    /** More than may be, compressed or not. */
    TOO_LARGE,

    /** The fetch was given up before it had an answer. */
    CANCELLED,

    /** Anything else. */
    OTHER,
    ;

    internal val wireName: String get() = name.lowercase()

    internal companion object {
        fun of(wireName: String): Cause = entries.firstOrNull { it.wireName == wireName } ?: OTHER
    }
}
