package dev.credenza.service

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import java.net.ServerSocket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import java.nio.file.Path
import java.security.SecureRandom
import java.util.Base64
import java.util.concurrent.TimeUnit

/** The provider itself: `credenza dev`, which shows its mail at `/demo/inbox`, or `credenza serve`, which sends none. */
internal class DevProvider(private val folder: Path, private val mail: Boolean = true) : AutoCloseable {
    private val port = ServerSocket(0).use { it.localPort }
    private val http = HttpClient.newHttpClient()
    private val log = folder.resolve("dev.log")
    val issuer = "http://localhost:$port"
    private val key = Base64.getEncoder().encodeToString(SecureRandom().generateSeed(32))
    private val words = if (mail) arrayOf("dev") else arrayOf("serve", "--insecure-http")
    private val process = command(*words).redirectErrorStream(true).redirectOutput(log.toFile()).start()

    init {
        val until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60)
        while ((if (mail) "Password:" else "serving") !in Files.readString(log)) {
            assertTrue(process.isAlive && System.nanoTime() < until) { Files.readString(log) }
            Thread.sleep(50)
        }
    }

    /** A client that may use the admin API so far. */
    fun client(scopes: String): ServiceClient {
        val options = arrayOf("--json", "--name", "Job", "--scope", scopes, "--resource", "$issuer/admin")
        val made = command("service-account", "create", *options)
            .redirectError(folder.resolve("create.log").toFile()).start()
        val members = Json.parseToJsonElement(made.inputReader().readText()).jsonObject
        assertEquals(0, made.waitFor())
        return ServiceClient {
            issuer = this@DevProvider.issuer
            clientId = members.text("client_id")
            clientSecret = members.text("client_secret")
        }
    }

    /** How many mails were sent to an address. */
    fun letters(address: String): Int = page("$issuer/demo/inbox").split("<bdi>$address</bdi>").size - 1

    fun page(url: String): String = http.send(HttpRequest.newBuilder(URI(url)).build(), BodyHandlers.ofString()).body()

    private fun command(vararg arguments: String) = ProcessBuilder(binary.toString(), *arguments).apply {
        directory(folder.toFile())
        // What the provider would take for its settings.
        environment().keys.removeIf { it.startsWith("CREDENZA_") }
        environment() += mapOf(
            "CREDENZA_ISSUER" to issuer,
            "CREDENZA_LISTEN" to "127.0.0.1:$port",
            "CREDENZA_METRICS_LISTEN" to "off",
        )
        if (mail) return@apply
        environment() += mapOf(
            "CREDENZA_DATABASE_URL" to "sqlite:$folder/credenza.db",
            "CREDENZA_MASTER_KEY" to key,
        )
    }

    override fun close() {
        process.destroy()
        process.waitFor()
    }

    companion object {
        private val binary: Path = Path.of(
            System.getenv("CREDENZA_BIN")
                ?: "${System.getenv("CARGO_TARGET_DIR") ?: "../../../target"}/debug/credenza",
        ).toAbsolutePath()

        /** Whether there is one; in CI there has to be. */
        val isThere: Boolean get() = Files.exists(binary) || System.getenv("CI") == "true"
    }
}
