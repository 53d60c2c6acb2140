package dev.credenza.login

import java.net.URI
import java.net.URLEncoder

/**
 * What the page of an error says.
 *
 * @property status its status.
 * @property title what is the matter.
 * @property text what can be done.
 * @property signIn where the sign-in begins anew; null where that is of no use.
 */
public class LoginProblem internal constructor(
    public val status: Int,
    public val title: String,
    public val text: String,
    public val signIn: String?,
)

/** The pages of errors, and that of front-channel logout. */
internal class Pages(private val settled: Settled) {
    /** The sign-in was refused; it may begin anew. */
    fun refused(title: String, text: String, returnTo: String = "/", status: Int = BAD_REQUEST): LoginAnswer =
        page(LoginProblem(status, title, text, settled.signIn(returnTo)), emptyMap())

    /** The provider cannot be asked; a reload tries again. */
    fun unavailable(): LoginAnswer = page(
        LoginProblem(UNAVAILABLE, "Sign-in is not available", "Try again in a moment: reload this page.", null),
        mapOf("Retry-After" to RETRY_AFTER),
    )

    /** What the provider loads in a frame (OpenID Connect Front-Channel Logout 2). */
    fun loggedOut(): LoginAnswer {
        val issuer = URI(settled.issuer)
        return html(OK, frame("Signed out", ""), "${issuer.scheme}://${issuer.rawAuthority}", emptyMap())
    }

    private fun page(problem: LoginProblem, headers: Map<String, String>): LoginAnswer {
        val link = problem.signIn?.let { "<p><a href=\"${escaped(it)}\">Sign in again</a></p>" }.orEmpty()
        val usual = frame(problem.title, "<h1>${escaped(problem.title)}</h1><p>${escaped(problem.text)}</p>$link")
        return html(problem.status, settled.config.onError?.invoke(problem) ?: usual, "'none'", headers)
    }

    private fun frame(title: String, body: String) = "<!doctype html><html lang=en><head><meta charset=utf-8>" +
        "<title>${escaped(title)}</title></head><body>$body</body></html>"

    private fun html(status: Int, body: String, ancestors: String, headers: Map<String, String>) = LoginAnswer(
        status,
        mapOf(
            "Content-Type" to "text/html; charset=utf-8",
            "Content-Security-Policy" to
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors $ancestors",
            "Cache-Control" to "no-store",
            "Referrer-Policy" to "no-referrer",
            "X-Content-Type-Options" to "nosniff",
        ) + headers,
        body,
    )

    private companion object {
        const val OK = 200
        const val BAD_REQUEST = 400
        const val UNAVAILABLE = 503
    }
}

/** How soon to try again, in seconds. */
internal const val RETRY_AFTER = "5"

/** Where a sign-in begins that ends at [returnTo]. */
internal fun Settled.signIn(returnTo: String): String =
    "$path/login?return_to=" + URLEncoder.encode(returnTo, Charsets.UTF_8)

private fun escaped(text: String): String = buildString {
    for (char in text) {
        when (char) {
            '&' -> append("&amp;")
            '<' -> append("&lt;")
            '>' -> append("&gt;")
            '"' -> append("&quot;")
            '\'' -> append("&#39;")
            else -> append(char)
        }
    }
}
