package dev.credenza.kit

import java.net.URLEncoder

/**
 * Long lists, one page at a time. A cursor is good for the list, the filters and the caller that it was made for.
 *
 * @param secrets seal cursors: 32 bytes at least each; the first seals, all open.
 * @param usual how many items a page has where the request does not say.
 * @param most how many it may ask for.
 */
public class Pages @JvmOverloads constructor(
    secrets: List<String>,
    private val usual: Int = 50,
    private val most: Int = 200,
) {
    private val sealed: Sealed

    /** The same; several secrets are separated by commas. */
    public constructor(secret: String) : this(secret.split(','))

    init {
        require(secrets.isNotEmpty() && secrets.all { it.toByteArray().size >= LEAST }) {
            "the secret of pages has to have $LEAST bytes at least"
        }
        require(usual in 1..most) { "a page has to have an item at least, and not more than $most" }
        sealed = Sealed(secrets, "credenza pages")
    }

    /**
     * The page that a request asks for by `limit` and `cursor`, of a list with these filters, which are parameters too.
     *
     * @throws Problem with 400: `invalid_limit`, `invalid_cursor`, `invalid_parameter`.
     */
    public fun of(exchange: Exchange, vararg filters: String): Page {
        val given = filters.sorted().mapNotNull { name ->
            single(exchange, name, "invalid_parameter", "$name is there twice.")?.let { name to it }
        }.toMap()
        val caller = exchange.caller
        val who = listOf(caller?.claims?.get("iss"), caller?.sub ?: caller?.clientId)
        val context = JsonText.write(listOf(exchange.path, given, who))
        return Page(exchange, sealed, context, given, limit(exchange), position(exchange, context))
    }

    private fun limit(exchange: Exchange): Int {
        val detail = "limit has to be a whole number from 1 to $most."
        val text = single(exchange, "limit", "invalid_limit", detail) ?: return usual
        return text.takeIf(NUMBER::matches)?.toInt()?.takeIf { it <= most }
            ?: throw Problem(BAD_REQUEST, "invalid_limit", detail)
    }

    private fun position(exchange: Exchange, context: String): String? {
        val detail = "Begin again without a cursor."
        val cursor = single(exchange, "cursor", "invalid_cursor", detail) ?: return null
        return sealed.open(cursor, context) ?: throw Problem(BAD_REQUEST, "invalid_cursor", detail)
    }

    private fun single(exchange: Exchange, name: String, problem: String, detail: String): String? {
        val values = exchange.parameters(name)
        if (values.size > 1) throw Problem(BAD_REQUEST, problem, detail)
        return values.firstOrNull()
    }

    private companion object {
        const val LEAST = 32
        val NUMBER = Regex("[1-9][0-9]{0,8}")
    }
}

/**
 * The page that a request asks for.
 *
 * @property filters of the request, by name.
 * @property limit how many items it has at most.
 * @property position where it begins, as the page before said; null for the first page.
 */
public class Page internal constructor(
    private val exchange: Exchange,
    private val sealed: Sealed,
    private val context: String,
    public val filters: Map<String, String>,
    public val limit: Int,
    public val position: String?,
) {
    /**
     * The body of the answer: the items, and where the next page begins, which is also a link of the answer (RFC 8288).
     *
     * @param next the position of the next page; null for the last page.
     */
    public fun envelope(items: List<*>, next: String?): Map<String, Any?> {
        val cursor = next?.let { sealed.seal(it, context) }
        if (cursor != null) {
            val query = (filters + mapOf("limit" to limit.toString(), "cursor" to cursor)).entries
                .joinToString("&") { (name, value) -> encoded(name) + "=" + encoded(value) }
            exchange.setHeader("Link", "<${exchange.path}?$query>; rel=\"next\"")
        }
        return mapOf("items" to items, "next_cursor" to cursor)
    }

    private fun encoded(text: String): String = URLEncoder.encode(text, Charsets.UTF_8)
}
