package dev.credenza.service

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.jwk.JWK
import com.nimbusds.jose.jwk.KeyType
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant
import com.nimbusds.oauth2.sdk.Scope
import com.nimbusds.oauth2.sdk.TokenRequest
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT
import com.nimbusds.oauth2.sdk.auth.Secret
import com.nimbusds.oauth2.sdk.id.ClientID
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.longOrNull
import java.net.URI
import java.net.URISyntaxException
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.text.ParseException

/** A token of the token endpoint; [lifetime] in seconds, null where it is not said. */
internal class Issued(val accessToken: String, val lifetime: Long?)

/** The provider, as the client that this service is. */
internal class Provider(private val config: ServiceConfig, private val http: Http) {
    val issuer: String = needed("issuer", config.issuer).also { base("issuer", it) }
    private val id = ClientID(needed("client_id", config.clientId))
    private val key: JWK? = config.privateKey?.let(::privateKey)

    private class Known(val tokenEndpoint: URI, val until: Long)

    @Volatile
    private var known: Known? = null

    init {
        if (config.clientSecret.isNullOrBlank() == (key == null)) {
            throw ServiceSettingException("client_secret", "or a private key has to be there, and not both")
        }
    }

    /** Asks for a token (RFC 6749 section 4.4, RFC 8707). Throws [UnavailableException] and [RefusedException]. */
    suspend fun token(resource: URI, scopes: List<String>): Issued {
        val endpoint = tokenEndpoint()
        val built = TokenRequest.Builder(endpoint, authentication(), ClientCredentialsGrant()).resources(resource)
        if (scopes.isNotEmpty()) built.scope(Scope(*scopes.toTypedArray()))
        val form = built.build().toHTTPRequest()
        val request = HttpRequest.newBuilder(endpoint).POST(BodyPublishers.ofString(form.body.orEmpty()))
        form.headerMap.forEach { (name, values) -> values.forEach { request.header(name, it) } }
        // Two tokens are as good as one.
        val answer = http.send(request.header("Accept", "application/json").build(), isRepeatable = true)
        return issued(answer, endpoint)
    }

    private fun issued(answer: Answer, endpoint: URI): Issued {
        val members = jsonOf(answer)
        val error = members?.text("error")?.let(::printable)
        val told = Failure(answer.status, error, members?.text("error_description"))
        if (answer.status != OK) {
            val message = "$endpoint gives no token: ${answer.status} ${error.orEmpty()}"
            val isRefusal = answer.status in BAD_REQUEST..UNAUTHORIZED && error != null
            throw if (isRefusal) RefusedException(message, told) else UnavailableException(message, told)
        }
        val token = members?.text("access_token")
        // One that is bound to a key (DPoP) would be of no use without it.
        if (token.isNullOrEmpty() || !members.text("token_type").equals("Bearer", ignoreCase = true)) {
            throw RefusedException("$endpoint gives no bearer token", told)
        }
        return Issued(token, (members["expires_in"] as? JsonPrimitive)?.longOrNull)
    }

    private suspend fun tokenEndpoint(): URI {
        val now = config.clock.millis()
        known?.takeIf { now < it.until }?.let { return it.tokenEndpoint }
        return try {
            discovered().also { known = Known(it, now + KEPT) }
        } catch (failure: UnavailableException) {
            known?.tokenEndpoint ?: throw failure
        }
    }

    private suspend fun discovered(): URI {
        val url = URI(issuer.removeSuffix("/") + "/.well-known/openid-configuration")
        val request = HttpRequest.newBuilder(url).header("Accept", "application/json").build()
        val answer = http.send(request, isRepeatable = true)
        val members = jsonOf(answer).takeIf { answer.status == OK }
            ?: throw UnavailableException("$url answered ${answer.status}, or no JSON", Failure(answer.status))
        // OpenID Connect Discovery 4.3: otherwise another server would get the secret.
        if (members.text("issuer") != issuer) {
            throw UnavailableException("$url is of another issuer: ${members.text("issuer")}", Failure(answer.status))
        }
        return try {
            members.text("token_endpoint")?.let(::URI)
        } catch (_: URISyntaxException) {
            null
        } ?: throw UnavailableException("$url has no token_endpoint", Failure(answer.status))
    }

    private fun jsonOf(answer: Answer): JsonObject? =
        runCatching { Json.parseToJsonElement(answer.text()) as JsonObject }.getOrNull()

    private fun authentication(): ClientAuthentication {
        val key = key ?: return ClientSecretBasic(id, Secret(config.clientSecret))
        val isRsa = key.keyType == KeyType.RSA
        val usual = if (isRsa) JWSAlgorithm.PS256 else JWSAlgorithm.ES256
        val algorithm = key.algorithm?.let { JWSAlgorithm.parse(it.name) } ?: usual
        val signer = if (isRsa) key.toRSAKey().toPrivateKey() else key.toECKey().toPrivateKey()
        return try {
            PrivateKeyJWT(id, URI(issuer), algorithm, signer, key.keyID, null)
        } catch (failure: JOSEException) {
            throw UnavailableException("the private key does not sign: ${failure.message}", Failure(), failure)
        }
    }

    private companion object {
        const val OK = 200
        const val BAD_REQUEST = 400

        /** How long metadata are kept, in milliseconds. */
        const val KEPT = 3_600_000L

        fun privateKey(text: String): JWK = try {
            JWK.parse(text).also {
                if (!it.isPrivate ||
                    it.keyType !in setOf(KeyType.RSA, KeyType.EC)
                ) {
                    throw ParseException("no such key", 0)
                }
            }
        } catch (failure: ParseException) {
            throw ServiceSettingException("private_key", "has to be a private key of RSA or EC as JWK")
                .apply { initCause(failure) }
        }
    }
}
