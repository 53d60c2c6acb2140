package dev.credenza

import com.sun.jna.Native
import java.io.IOException
import java.nio.charset.CharacterCodingException

/**
 * The hot path by JNI: a call by way of JNA costs more than most of what it would be for.
 *
 * JNA takes the library out of the jar; here it is told to load that very file, so that both call one library. Where
 * the JVM refuses to, or the system property `dev.credenza.jni` is `false`, every call goes by way of JNA.
 */
internal object Jni {
    private const val LIBRARY = "credenza_uniffi"
    private const val OVERRIDE = "uniffi.component.credenza.libraryOverride"

    /** Whether [checkToken] may be called. */
    val isLoaded: Boolean by lazy(::tryLoad)

    /** Loads the library, before uniffi does. */
    fun load() {
        isLoaded
    }

    @JvmStatic
    external fun checkToken(validator: Long, requirement: Long, token: ByteArray, now: Long): ByteArray?

    private fun tryLoad(): Boolean = System.getProperty("dev.credenza.jni") != "false" && try {
        val path = System.getProperty(OVERRIDE) ?: extracted()
        System.load(path)
        System.setProperty(OVERRIDE, path)
        true
    } catch (_: UnsatisfiedLinkError) {
        false
    } catch (_: SecurityException) {
        false
    } catch (_: IOException) {
        false
    }

    private fun extracted(): String =
        Native.extractFromResourcePath(LIBRARY, Jni::class.java.classLoader).absolutePath
}

/** Calls the library to make something. Text that is none is the caller's mistake, as every other in settings. */
internal fun <T> made(make: () -> T): T {
    Jni.load()
    try {
        return make()
    } catch (_: CharacterCodingException) {
        throw SettingsException.Invalid("settings", "a text in them has lone surrogates")
    }
}
