package dev.credenza.service

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel

/**
 * Calls other services: as this one, by tokens of `client_credentials`, or on behalf of whoever called, by the caller's own
 * token; and users, invitations and sign-in links of the provider, by its admin API. Made once, used from any thread. It asks
 * for no token before one is needed.
 *
 * @throws ServiceSettingException names the setting that is missing or malformed.
 */
public class ServiceClient(private val config: ServiceConfig) : AutoCloseable {
    private val http = Http(config)
    private val provider = Provider(config, http)
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)

    private val admin = Admin("${provider.issuer.trimEnd('/')}/admin", ::service)

    /** The users of the tenant, by the admin API of Credenza. */
    public val users: Users = Users(admin)

    /** Invitations to make an account, by the admin API of Credenza. */
    public val invitations: Invitations = Invitations(admin)

    /** Links by which users sign in once, by the admin API of Credenza. */
    public val signInLinks: SignInLinks = SignInLinks(admin)

    /** With settings that are made here. */
    public constructor(configure: ServiceConfig.() -> Unit) : this(ServiceConfig().apply(configure))

    /**
     * A service that is called as this client, with tokens for it that have these scopes. Make it once, as it keeps its token.
     *
     * @param url the URL of the service, which paths are put behind.
     * @param resource the service's identifier at the provider (RFC 8707), where that is not its URL.
     * @throws ServiceSettingException it is no URL.
     */
    @JvmOverloads
    public fun service(url: String, scopes: List<String>, resource: String = url): Service {
        base("resource", resource)
        val tokens = Tokens(provider, scope, config.clock, java.net.URI(resource), scopes)
        return Service(base("url", url), tokens, http, config)
    }

    /**
     * A service that is called with the token of whoever sent a request to this one, which the guard has checked. The service has
     * to be among the audiences of that token.
     *
     * @param authorization the field `Authorization` of that request.
     * @throws IllegalArgumentException there is no bearer token in it: none at all, or one that is bound to the caller's own key.
     */
    public fun onBehalf(authorization: String?, url: String): Service {
        val token = authorization?.let(BEARER::matchEntire)?.groupValues?.get(1)
        requireNotNull(token) { "the caller has no bearer token that could be forwarded" }
        return Service(base("url", url), Forwarded(token), http, config)
    }

    /** Ends requests for tokens that are under way. */
    override fun close(): Unit = scope.cancel()

    private companion object {
        /** RFC 6750 section 2.1. */
        val BEARER = Regex("bearer +([A-Za-z0-9._~+/-]+=*)", RegexOption.IGNORE_CASE)
    }
}
