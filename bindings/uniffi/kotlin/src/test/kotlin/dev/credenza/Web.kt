package dev.credenza

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import com.sun.net.httpserver.HttpsConfigurator
import com.sun.net.httpserver.HttpsServer
import java.io.ByteArrayOutputStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import java.util.zip.GZIPOutputStream
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext

/** A server on this machine that answers every path the same way, and remembers what it was asked. */
internal class Web(identity: Identity? = null, answer: (HttpExchange) -> Unit) : AutoCloseable {
    private val address = InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
    private val server = if (identity == null) {
        HttpServer.create(address, 0)
    } else {
        HttpsServer.create(address, 0).apply { httpsConfigurator = HttpsConfigurator(identity.tls()) }
    }
    private val threads = Executors.newCachedThreadPool()
    val port: Int = server.address.port
    val asked = CopyOnWriteArrayList<String>()
    val userAgents = CopyOnWriteArrayList<String>()

    init {
        server.createContext("/") { exchange ->
            asked += "${exchange.requestURI}"
            userAgents += exchange.requestHeaders.getFirst("User-Agent").orEmpty()
            exchange.use(answer)
        }
        server.executor = threads
        server.start()
    }

    override fun close() {
        server.stop(0)
        threads.shutdownNow()
    }

    private fun HttpExchange.use(handle: (HttpExchange) -> Unit) = try {
        handle(this)
    } finally {
        close()
    }
}

internal fun HttpExchange.reply(status: Int, body: ByteArray, vararg fields: Pair<String, String>) {
    fields.forEach { (name, value) -> responseHeaders.add(name, value) }
    sendResponseHeaders(status, if (body.isEmpty()) -1 else body.size.toLong())
    if (body.isNotEmpty()) responseBody.write(body)
}

internal fun zipped(text: ByteArray): ByteArray =
    ByteArrayOutputStream().also { out -> GZIPOutputStream(out).use { it.write(text) } }.toByteArray()

/** A key and a certificate for one name or address, signed by itself, made with the JDK's own tool. */
internal class Identity(folder: Path, names: String) {
    private val store = folder.resolve("store.p12")

    /** The certificate as PEM. */
    val certificate: Path = folder.resolve("certificate.pem")

    init {
        tool("-genkeypair", "-alias", "it", "-keyalg", "EC", "-dname", "CN=test", "-validity", "2", "-ext", "san=$names")
        Files.write(certificate, tool("-exportcert", "-rfc", "-alias", "it"))
    }

    fun tls(): SSLContext {
        val keys = KeyStore.getInstance("PKCS12").apply { Files.newInputStream(store).use { load(it, PASSWORD.toCharArray()) } }
        val managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
            .apply { init(keys, PASSWORD.toCharArray()) }
        return SSLContext.getInstance("TLS").apply { init(managers.keyManagers, null, null) }
    }

    private fun tool(vararg arguments: String): ByteArray {
        val keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString()
        val all = listOf(keytool) + arguments + listOf("-keystore", store.toString(), "-storepass", PASSWORD)
        val process = ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD).start()
        val said = process.inputStream.readAllBytes()
        check(process.waitFor() == 0) { String(said) }
        return said
    }

    private companion object {
        const val PASSWORD = "changeit"
    }
}

/** What the core asks a fetcher for. */
internal fun get(url: String, maxBytes: Long = 1_000, timeout: Long = 3_000): Fetch = Fetch.of(
    mapOf(
        "key" to "keys",
        "method" to "GET",
        "url" to url,
        "headers" to emptyList<Any>(),
        "max_bytes" to maxBytes,
        "timeout_ms" to timeout,
    ),
)
