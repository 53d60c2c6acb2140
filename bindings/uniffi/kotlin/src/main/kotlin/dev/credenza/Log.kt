package dev.credenza

import java.util.concurrent.ConcurrentHashMap

/**
 * What the validator tells its operator. In the manner of SLF4J, without needing it:
 * `Log { level, text, cause -> logger.atLevel(...).setCause(cause).log(text) }`. By default, the lines go to
 * [System.Logger] of the name `dev.credenza`. No line holds a token or a secret.
 */
public fun interface Log {
    /** Writes one line. */
    public fun log(level: System.Logger.Level, text: String, cause: Throwable?)

    public companion object {
        /** To the [System.Logger] of that name. */
        @JvmStatic
        @JvmOverloads
        public fun system(name: String = "dev.credenza"): Log {
            val logger = System.getLogger(name)
            return Log { level, text, cause -> logger.log(level, text, cause) }
        }
    }
}
