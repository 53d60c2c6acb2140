package dev.credenza.login

/** Cookies of this application: HttpOnly, SameSite=Lax, for the whole origin. */
internal class Cookies(private val settled: Settled) {
    /** The cookies of a request; of several with one name the first, which has the longest path (RFC 6265 section 5.4). */
    fun read(exchange: Exchange): Map<String, String> {
        val cookies = LinkedHashMap<String, String>()
        for (pair in exchange.headers("Cookie").flatMap { it.split(';') }) {
            val name = pair.substringBefore('=').trim()
            if (name.isNotEmpty()) cookies.putIfAbsent(name, pair.substringAfter('=', "").trim().trim('"'))
        }
        return cookies
    }

    fun set(exchange: Exchange, name: String, value: String, maxAge: Long) {
        val secure = if (settled.isSecure) "; Secure" else ""
        exchange.addHeader("Set-Cookie", "$name=$value; Path=/; Max-Age=$maxAge; HttpOnly; SameSite=Lax$secure")
    }

    fun remove(exchange: Exchange, name: String): Unit = set(exchange, name, "", 0)
}
