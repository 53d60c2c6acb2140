package dev.credenza

import java.io.IOException
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.SocketAddress
import java.net.URI

/**
 * The proxy of a request: the one of the JVM (`https.proxyHost`, `http.nonProxyHosts` and the like, or an application's
 * own [ProxySelector]), and where it names none that of the environment, as other programs read it: `HTTPS_PROXY` or
 * `HTTP_PROXY` by the scheme of the URL, but for hosts in `NO_PROXY`. This machine is never asked for by way of a proxy.
 */
internal class Proxies(environment: Map<String, String>) : ProxySelector() {
    private val https = proxy(environment.named("https_proxy"))

    // In a CGI program, HTTP_PROXY is the `Proxy` field of the request, so anybody's.
    private val http = proxy(
        environment["http_proxy"] ?: environment["HTTP_PROXY"].takeIf { "REQUEST_METHOD" !in environment },
    )
    private val direct = environment.named("no_proxy").orEmpty().split(',').map(String::trim).filter(String::isNotEmpty)

    override fun select(uri: URI): List<Proxy> {
        val host = uri.host.orEmpty().removeSurrounding("[", "]").lowercase()
        if (host in HERE) return listOf(Proxy.NO_PROXY)
        val ofTheJvm = getDefault()?.select(uri).orEmpty()
        if (ofTheJvm.any { it.type() != Proxy.Type.DIRECT }) return ofTheJvm
        val named = if (uri.scheme == "https") https else http
        return listOf(named?.takeUnless { isDirect(host, uri.port) } ?: Proxy.NO_PROXY)
    }

    override fun connectFailed(uri: URI, address: SocketAddress, failure: IOException) {
        getDefault()?.connectFailed(uri, address, failure)
    }

    /** `example.org` and `.example.org` mean that host and those below it; `*` means every host. */
    private fun isDirect(host: String, port: Int) = direct.any { entry ->
        val name = entry.substringBefore(':').removePrefix("*").removePrefix(".").lowercase()
        val isOfPort = ':' !in entry || entry.substringAfter(':') == port.toString()
        entry == "*" || (isOfPort && name.isNotEmpty() && (host == name || host.endsWith(".$name")))
    }

    private fun Map<String, String>.named(name: String) = this[name] ?: this[name.uppercase()]

    private companion object {
        val HERE = setOf("localhost", "127.0.0.1", "::1")
        const val USUAL_PORT = 80

        /** `http://host:port`, or `host:port`; a name and password in it are not supported. */
        fun proxy(text: String?): Proxy? {
            if (text.isNullOrBlank()) return null
            val uri = runCatching { URI(if ("://" in text) text else "http://$text") }.getOrNull()
            val host = uri?.host
            require(host != null && uri.scheme == "http" && uri.userInfo == null) {
                "the proxy that the environment names is not of the form http://host:port"
            }
            return Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, uri.port.takeIf { it > 0 } ?: USUAL_PORT))
        }
    }
}
