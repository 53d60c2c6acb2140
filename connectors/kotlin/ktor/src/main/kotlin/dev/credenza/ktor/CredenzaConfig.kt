package dev.credenza.ktor

import dev.credenza.Fetcher
import dev.credenza.Settings
import dev.credenza.connectors.Guard
import dev.credenza.connectors.GuardOptions
import dev.credenza.connectors.Incoming
import dev.credenza.connectors.SettingsDocument
import dev.credenza.connectors.TrustedIssuer
import io.ktor.server.application.ApplicationCall
import io.ktor.server.config.ApplicationConfig
import java.time.Clock

/** What a guard is made of. [issuer] and [audience] are enough. */
public class CredenzaConfig {
    /** The issuer, exactly as in its tokens. */
    public var issuer: String? = null

    /** The name of this service in tokens. */
    public var audience: String? = null

    /** Scheme, host and prefix as clients see them, behind a reverse proxy: [GuardOptions.origin]. */
    public var origin: String? = null

    /** Tells clients why they are refused. Not for production. */
    public var debug: Boolean = false

    /** Fetches what validators need; their own HTTP client by default. Set before issuers are added. */
    public var fetcher: Fetcher? = null

    /** The clock of the validators. Set before issuers are added. */
    public var clock: Clock = Clock.systemUTC()

    /** The client's certificate as a thumbprint, where a proxy ends TLS: see [credenza]. */
    public var certificate: (ApplicationCall) -> String? = { null }

    private val trusted = mutableListOf<TrustedIssuer>()
    private var choose: ((Incoming) -> TrustedIssuer?)? = null

    /** Adds an issuer by all settings of the validator. Which of several a token is from is what it says (`iss`). */
    public fun trust(settings: Settings) {
        trusted += TrustedIssuer.of(settings, fetcher, clock)
    }

    /** Adds an issuer that was made before. */
    public fun trust(issuer: TrustedIssuer) {
        trusted += issuer
    }

    /**
     * Adds an issuer from the configuration of the application, such as `environment.config.config("credenza")`: the
     * settings of the validator under their own names (`resource_metadata`, or `resourceMetadata`).
     */
    public fun trust(config: ApplicationConfig) {
        trusted += TrustedIssuer.fromJson(SettingsDocument.write(config.toMap()), fetcher, clock)
    }

    /** Finds the issuer by the request, such as by its host. */
    public fun choose(choose: (Incoming) -> TrustedIssuer?) {
        this.choose = choose
    }

    internal fun guard(): Guard {
        issuer?.let { trust(Settings(it, listOfNotNull(audience))) }
        require(trusted.isNotEmpty()) { "credenza { } needs an issuer and an audience" }
        return Guard(trusted.toList(), GuardOptions(origin, preflight = false, debug), choose)
    }
}

/** A guard by itself, to be given to a provider and to [metadata]. */
public fun guard(configure: CredenzaConfig.() -> Unit): Guard = CredenzaConfig().apply(configure).guard()
