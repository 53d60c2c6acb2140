package dev.credenza

import com.sun.jna.Native
import java.io.IOException
import java.nio.charset.CharacterCodingException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption

/**
 * The hot path, by JNI: a call by way of JNA costs more than most checks.
 *
 * JNA extracts the library from the jar, and uniffi is made to load the same file, so that both use one library. Where
 * the JVM refuses to, or the system property `dev.credenza.jni` is `false`, every call goes by way of JNA.
 */
internal object Jni {
    private const val NAME = "credenza_uniffi"
    private const val OVERRIDE = "uniffi.component.credenza.libraryOverride"
    private val file: String? by lazy(::load)

    /** What uniffi loads: the file that was loaded here, or where that failed the name that JNA knows. */
    val library: String get() = file ?: NAME

    /** Whether [checkToken] may be called. */
    val isLoaded: Boolean get() = file != null

    @JvmStatic
    external fun checkToken(validator: Long, requirement: Long, token: ByteArray, now: Long): ByteArray?

    private fun load(): String? {
        if (System.getProperty("dev.credenza.jni") == "false") return null
        return try {
            val file = System.getProperty(OVERRIDE) ?: extracted()
            try {
                file.also(System::load)
            } catch (_: UnsatisfiedLinkError) {
                // Another class loader of this process may have it: the JVM loads a file once.
                copied(file).also(System::load)
            }
        } catch (_: UnsatisfiedLinkError) {
            null
        } catch (_: SecurityException) {
            null
        } catch (_: IOException) {
            null
        }
    }

    private fun copied(file: String): String {
        val copy = Files.createTempFile(NAME, "-" + Path.of(file).fileName)
        copy.toFile().deleteOnExit()
        return Files.copy(Path.of(file), copy, StandardCopyOption.REPLACE_EXISTING).toString()
    }

    private fun extracted(): String = Native.extractFromResourcePath(NAME, Jni::class.java.classLoader).absolutePath
}

/** Calls a constructor of the library. Malformed text is the caller's mistake, like every other fault of settings. */
internal fun <T> made(make: () -> T): T = try {
    make()
} catch (_: CharacterCodingException) {
    throw SettingsException.Invalid("settings", "a text in them has lone surrogates")
}
