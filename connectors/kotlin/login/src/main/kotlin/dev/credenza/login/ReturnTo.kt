package dev.credenza.login

import java.net.URI
import java.net.URISyntaxException

/** Where a browser goes on: [wanted], where that is a path of this [origin] and nothing else, or else `/`. */
internal fun returnTo(wanted: String?, origin: String): String {
    if (wanted == null || wanted.length > MAX_LENGTH || !wanted.startsWith("/") || wanted.startsWith("//")) return "/"
    // Browsers read a backslash as a slash, and leave out tabs and line breaks.
    if (wanted.any { it == '\\' || it.isISOControl() || it == ' ' || it.code > MAX_ASCII }) return "/"
    return try {
        val base = URI(origin)
        val resolved = base.resolve(URI(wanted))
        val isOwn = resolved.scheme == base.scheme && resolved.rawAuthority == base.rawAuthority
        if (isOwn) wanted else "/"
    } catch (_: URISyntaxException) {
        "/"
    }
}

private const val MAX_LENGTH = 2048
private const val MAX_ASCII = 126
