package dev.credenza.service

import org.slf4j.MDC
import java.net.URI
import java.net.URISyntaxException
import java.net.http.HttpClient
import java.time.Clock
import java.time.Duration

/**
 * The settings of a [ServiceClient]. Three are needed: [issuer], [clientId], and [clientSecret] or [privateKey].
 *
 * @property issuer the issuer of the provider, exactly as in its metadata.
 * @property clientId the client that this service is at the provider.
 * @property clientSecret its secret, for `client_secret_basic`.
 * @property privateKey its private key as a JWK, for `private_key_jwt` (RFC 7523), in place of a secret.
 * @property timeout how long a request may take, from the first byte sent to the last one received.
 * @property maxAnswer how many bytes of an answer are read; one that is longer is an error.
 * @property httpClient sends all requests, in place of a client of its own; it must not follow redirects, as tokens would
 *   follow them too.
 * @property requestId tells the id of the request that a call is made for, which is sent as `X-Request-Id`; by default what the
 *   MDC has as `request_id`.
 * @property clock tells the time.
 */
public class ServiceConfig {
    public var issuer: String? = null
    public var clientId: String? = null
    public var clientSecret: String? = null
    public var privateKey: String? = null
    public var timeout: Duration = Duration.ofSeconds(10)
    public var maxAnswer: Int = 4_194_304
    public var httpClient: HttpClient? = null
    public var requestId: () -> String? = { MDC.get("request_id") }
    public var clock: Clock = Clock.systemUTC()

    /** Prints no secret. */
    override fun toString(): String = "ServiceConfig(issuer=$issuer, clientId=$clientId)"
}

/**
 * A setting of [ServiceConfig], or the URL of a service, is missing or malformed.
 *
 * @property setting its name.
 * @property reason what is wrong with it.
 */
public class ServiceSettingException(public val setting: String, public val reason: String) :
    IllegalArgumentException("$setting: $reason")

internal fun needed(setting: String, value: String?): String =
    value?.takeIf(String::isNotBlank) ?: throw ServiceSettingException(setting, "is needed")

/** An absolute URL of http or https, without a slash at its end, which paths are put behind. */
internal fun base(setting: String, value: String?): URI {
    val text = needed(setting, value).trimEnd('/')
    val url = try {
        URI(text)
    } catch (_: URISyntaxException) {
        null
    }
    val isUrl = url != null && url.scheme in setOf("http", "https") && url.host != null &&
        url.rawUserInfo == null && url.rawQuery == null && url.rawFragment == null
    if (!isUrl) throw ServiceSettingException(setting, "has to be a URL such as https://orders.example")
    return URI(text)
}
