package dev.credenza.login

import dev.credenza.Claims
import dev.credenza.Fetcher
import java.net.URI
import java.net.URISyntaxException
import java.time.Clock
import java.time.Duration

/**
 * The settings of a [Login]. Five are needed: [issuer], [clientId], [clientSecret] or [privateKey], [origin], [secret].
 *
 * @property issuer the issuer of the provider, exactly as in its metadata.
 * @property clientId the client that this application is at the provider.
 * @property clientSecret its secret, for `client_secret_basic`.
 * @property privateKey its private key as a JWK, for `private_key_jwt` (RFC 7523), in place of a secret.
 * @property origin scheme, host and port of this application, as browsers see them: `https://app.example`.
 * @property secret seals cookies and sessions: 32 bytes at least, random. Several, separated by commas: the first seals, all
 *   open.
 * @property path where the routes of sign-in are.
 * @property scope the scopes that are asked for.
 * @property resource the API that access tokens are for (RFC 8707).
 * @property maxAge how long ago the user may have signed in at the provider, in seconds.
 * @property acrValues authentication contexts, one of which has to be reached.
 * @property prompt `prompt` of each sign-in, such as `login`.
 * @property lifetime how long a session lives at most.
 * @property idle how long a session lives without a request; for ever within [lifetime] by default.
 * @property sessions where sessions are: `cookie`, `memory`, or the URL of a Redis server.
 * @property store where sessions are, in place of [sessions].
 * @property ended where sessions that were ended are remembered, for those in cookies: `memory`, or the URL of a Redis server
 *   that all instances share.
 * @property afterLogout the path to which the browser comes after a logout.
 * @property signedIn is told the claims of the ID token at each sign-in; what it returns is [Session.data].
 * @property onError makes the page of an error, in HTML, in place of the usual one; it has to escape what it shows.
 * @property fetcher fetches keys, in place of the validator's own HTTP client.
 * @property clock tells the time.
 */
public class LoginConfig {
    public var issuer: String? = null
    public var clientId: String? = null
    public var clientSecret: String? = null
    public var privateKey: String? = null
    public var origin: String? = null
    public var secret: String? = null
    public var path: String = "/auth"
    public var scope: String = "openid profile email offline_access"
    public var resource: String? = null
    public var maxAge: Long? = null
    public var acrValues: List<String> = emptyList()
    public var prompt: String? = null
    public var lifetime: Duration = Duration.ofHours(8)
    public var idle: Duration? = null
    public var sessions: String = "cookie"
    public var store: SessionStore? = null
    public var ended: String = "memory"
    public var afterLogout: String = "/"
    public var signedIn: (Claims) -> Map<String, String> = { emptyMap() }
    public var onError: ((LoginProblem) -> String)? = null
    public var fetcher: Fetcher? = null
    public var clock: Clock = Clock.systemUTC()

    /** Prints no secret. */
    override fun toString(): String = "LoginConfig(issuer=$issuer, clientId=$clientId, origin=$origin)"
}

/**
 * A setting of [LoginConfig] is missing or malformed.
 *
 * @property setting its name.
 * @property reason what is wrong with it.
 */
public class LoginSettingException(public val setting: String, public val reason: String) :
    IllegalArgumentException("$setting: $reason")

/** The settings, checked. */
internal class Settled(val config: LoginConfig) {
    val issuer = needed("issuer", config.issuer)
    val clientId = needed("client_id", config.clientId)
    val origin = origin(needed("origin", config.origin))
    val secrets = needed("secret", config.secret).split(',').map(String::trim)
    val path = config.path.removeSuffix("/")
    val isSecure = origin.startsWith("https:")
    val redirectUri = URI("$origin$path/callback")
    val lifetimeSeconds = config.lifetime.toSeconds()
    val clock = config.clock

    init {
        if (config.clientSecret.isNullOrBlank() && config.privateKey.isNullOrBlank()) {
            throw LoginSettingException("client_secret", "is needed, or a private key")
        }
        if (secrets.any { it.toByteArray().size < MIN_SECRET }) {
            throw LoginSettingException("secret", "has to have $MIN_SECRET bytes at least")
        }
        if (!path.startsWith("/") ||
            path.length < 2
        ) {
            throw LoginSettingException("path", "has to be a path such as /auth")
        }
        if ("openid" !in config.scope.split(' ')) throw LoginSettingException("scope", "has to contain openid")
        if (lifetimeSeconds <= 0) throw LoginSettingException("lifetime", "has to be positive")
        if (config.idle?.isZero == true || config.idle?.isNegative == true) {
            throw LoginSettingException("idle", "has to be positive")
        }
        if (returnTo(config.afterLogout, origin) != config.afterLogout) {
            throw LoginSettingException("after_logout", "has to be a path of this application")
        }
    }

    /** The name of a cookie of this application; browsers hold `__Host-` to what it says (RFC 6265bis section 4.1.3.2). */
    fun cookie(name: String): String = if (isSecure) "__Host-$name" else name

    fun now(): Long = Math.floorDiv(clock.millis(), 1000L)

    private fun needed(setting: String, value: String?): String =
        value?.takeIf(String::isNotBlank) ?: throw LoginSettingException(setting, "is needed")

    private fun origin(text: String): String {
        val uri = try {
            URI(text.removeSuffix("/"))
        } catch (_: URISyntaxException) {
            null
        }
        val isOrigin = uri != null && uri.scheme in setOf("http", "https") && uri.host != null &&
            uri.rawPath.isNullOrEmpty() && uri.rawQuery == null && uri.rawFragment == null && uri.rawUserInfo == null
        if (!isOrigin) {
            throw LoginSettingException(
                "origin",
                "has to be scheme, host and port, such as https://app.example",
            )
        }
        return text.removeSuffix("/")
    }

    private companion object {
        const val MIN_SECRET = 32
    }
}
