package dev.credenza.ktor

import dev.credenza.connectors.Guard
import io.ktor.server.auth.AuthenticationConfig

/**
 * An authentication provider that lets requests pass with a good access token:
 * `credenza("api") { issuer = "https://id.example"; audience = "https://api.example" }`. Its principal is a
 * [dev.credenza.connectors.Caller].
 *
 * @param name as for every provider: `authenticate(name)`, or [protect].
 */
public fun AuthenticationConfig.credenza(name: String? = null, configure: CredenzaConfig.() -> Unit) {
    credenza(name, CredenzaConfig().apply(configure).guard())
}

/** The same with a guard that was made before, which can serve its metadata too: [metadata]. */
public fun AuthenticationConfig.credenza(name: String? = null, guard: Guard) {
    register(CredenzaProvider(name, guard))
}
