package dev.credenza

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.net.URLClassLoader
import java.util.concurrent.Callable
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** What outlives a validator, and what it runs on. */
class LifeTest {
    @Test
    fun `close ends the threads that the validator started`() {
        val before = threads()
        Web { it.reply(404, "{}".toByteArray()) }.use { web ->
            repeat(3) {
                Validator.of("http://127.0.0.1:${web.port}", API).use { validator ->
                    runBlocking { validator.check(Request(listOf("Bearer ${World().token()}"))) }
                    assertTrue((threads() - before).isNotEmpty())
                }
            }
        }
        val deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20)
        while ((threads() - before).isNotEmpty()) {
            assertTrue(System.nanoTime() < deadline, "${threads() - before}")
            System.gc()
            Thread.sleep(100)
        }
    }

    @Test
    fun `a client of the application is left open`() {
        val client = java.net.http.HttpClient.newHttpClient()
        Web { it.reply(200, "{}".toByteArray()) }.use { web ->
            repeat(2) {
                HttpFetcher(client).use { fetcher ->
                    assertEquals(200, runBlocking { fetcher.fetch(get("http://127.0.0.1:${web.port}/")) }.status)
                }
            }
        }
    }

    @Test
    fun `two class loaders have a library each`() {
        val path = System.getProperty("java.class.path").split(File.pathSeparator).map { File(it).toURI().toURL() }
        val said = List(2) {
            URLClassLoader(path.toTypedArray(), ClassLoader.getPlatformClassLoader()).use { loader ->
                val once = loader.loadClass(Once::class.java.name)
                assertTrue(once != Once::class.java)
                once.getMethod("run").invoke(null) as String
            }
        }
        assertEquals(listOf(Once.run(), Once.run()), said)
    }

    @Test
    fun `virtual threads wait for the same fetch`() {
        val start = runCatching { Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor") }.getOrNull()
        assumeTrue(start != null, "a JDK before 21")
        val world = World()
        val slow = Fetcher { fetch ->
            kotlinx.coroutines.delay(50)
            world.fetcher.fetch(fetch)
        }
        val token = world.token()
        Validator(Settings(ISSUER, listOf(API)), slow, world.clock).use { validator ->
            val threads = start?.invoke(null) as ExecutorService
            val checks = threads.invokeAll(List(1_000) { Callable { validator.validateBlocking(token).sub } })
            assertEquals(setOf("user"), checks.map { it.get() }.toSet())
            threads.shutdown()
        }
        assertEquals(2, world.fetched.size)
    }

    /** Those of the JDK's client, and of its executor. */
    private fun threads(): Set<Thread> = Thread.getAllStackTraces().keys
        .filterTo(HashSet()) { it.name.startsWith("HttpClient-") || it.name == "credenza-fetch" }

    /** A whole check, and whether the hot path is there. */
    internal object Once {
        @JvmStatic
        fun run(): String = World().run { "${validator().validateBlocking(token()).sub}, JNI ${Jni.isLoaded}" }
    }
}
