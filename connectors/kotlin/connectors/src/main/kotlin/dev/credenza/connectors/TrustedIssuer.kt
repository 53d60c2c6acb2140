package dev.credenza.connectors

import dev.credenza.Fetcher
import dev.credenza.Log
import dev.credenza.Settings
import dev.credenza.SettingsException
import dev.credenza.Validator
import java.time.Clock

/**
 * An issuer whose tokens are accepted: the validator that decides about them, and where its claims stand.
 *
 * @property name the issuer, as in `iss`.
 * @property validator decides. Closed with this.
 */
public class TrustedIssuer private constructor(internal val facts: Facts, public val validator: Validator) :
    AutoCloseable {
    public val name: String get() = facts.issuer

    /** Ends fetches under way. */
    override fun close(): Unit = validator.close()

    public companion object {
        /** The issuer of that name, whose tokens are for [audience]. */
        @JvmStatic
        @Throws(SettingsException::class)
        public fun of(issuer: String, audience: String): TrustedIssuer = of(Settings(issuer, listOf(audience)))

        /**
         * By all settings of the validator.
         *
         * @throws SettingsException names the setting that is missing, contradictory or malformed.
         */
        @JvmStatic
        @JvmOverloads
        @Throws(SettingsException::class)
        public fun of(settings: Settings, fetcher: Fetcher? = null, clock: Clock = Clock.systemUTC()): TrustedIssuer =
            TrustedIssuer(Facts.of(settings), Validator(settings, fetcher, clock, Warnings))

        /** By all settings of the validator, as the document that is the same in every language; throws likewise. */
        @JvmStatic
        @JvmOverloads
        @Throws(SettingsException::class)
        public fun fromJson(
            settings: String,
            fetcher: Fetcher? = null,
            clock: Clock = Clock.systemUTC(),
        ): TrustedIssuer {
            // The validator reads the document first, and strictly.
            val validator = Validator.fromJson(settings, fetcher, clock, Warnings)
            return TrustedIssuer(Facts.fromJson(settings), validator)
        }
    }

    /** The guard has a line of its own for each refusal; what is wrong with the issuer is told by the validator. */
    private object Warnings : Log {
        private val log = Log.system("dev.credenza")

        override fun log(level: System.Logger.Level, text: String, cause: Throwable?) {
            if (level >= System.Logger.Level.WARNING) log.log(level, text, cause)
        }
    }
}
