package dev.credenza.kit

/**
 * The security headers of an API, for every answer whose handler has not set them itself.
 *
 * @param isSecure whether clients come by https.
 */
public class SecurityHeaders(private val isSecure: Boolean) {
    /**
     * What is missing in an answer.
     *
     * @param contentType the media type of the answer; a page needs a policy of its own, what is no page needs to load nothing.
     * @param hasCredentials whether the request had a cookie or an authorization.
     * @param isSet whether the answer has a field.
     */
    public fun missing(
        contentType: String?,
        hasCredentials: Boolean,
        isSet: (String) -> Boolean,
    ): Map<String, String> = buildMap {
        put("X-Content-Type-Options", "nosniff")
        put("Referrer-Policy", "no-referrer")
        put("Cross-Origin-Resource-Policy", "same-origin")
        if (isSecure) put("Strict-Transport-Security", "max-age=31536000")
        if (hasCredentials) put("Cache-Control", "no-store")
        val isPage = contentType?.substringBefore(';')?.trim()?.endsWith("html", ignoreCase = true) ?: false
        if (!isPage) put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    }.filterKeys { !isSet(it) }
}
