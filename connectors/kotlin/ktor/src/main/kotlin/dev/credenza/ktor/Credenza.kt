package dev.credenza.ktor

import dev.credenza.connectors.Guard
import io.ktor.server.application.ApplicationCall
import io.ktor.server.auth.AuthenticationConfig

/**
 * An authentication provider that lets requests pass with a good access token:
 * `credenza("api") { issuer = "https://id.example"; audience = "https://api.example" }`. Its principal is a
 * [dev.credenza.connectors.Caller].
 *
 * @param name as for every provider: `authenticate(name)`, or [protect].
 */
public fun AuthenticationConfig.credenza(name: String? = null, configure: CredenzaConfig.() -> Unit) {
    val config = CredenzaConfig().apply(configure)
    credenza(name, config.guard(), config.certificate)
}

/**
 * The same with a guard that was made before.
 *
 * @param certificate the client's certificate as a thumbprint (RFC 8705), such as from a field that a proxy sets, and that
 *   nobody else can send; Ktor itself does not say.
 */
public fun AuthenticationConfig.credenza(
    name: String? = null,
    guard: Guard,
    certificate: (ApplicationCall) -> String? = { null },
) {
    register(CredenzaProvider(name, guard, certificate))
}
