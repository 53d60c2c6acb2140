package dev.credenza.login

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.jwk.JWK
import com.nimbusds.oauth2.sdk.AuthorizationCode
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant
import com.nimbusds.oauth2.sdk.AuthorizationGrant
import com.nimbusds.oauth2.sdk.AuthorizationRequest
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest
import com.nimbusds.oauth2.sdk.RefreshTokenGrant
import com.nimbusds.oauth2.sdk.TokenRequest
import com.nimbusds.oauth2.sdk.TokenRevocationRequest
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT
import com.nimbusds.oauth2.sdk.auth.Secret
import com.nimbusds.oauth2.sdk.http.HTTPRequest
import com.nimbusds.oauth2.sdk.id.ClientID
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier
import com.nimbusds.oauth2.sdk.token.RefreshToken
import dev.credenza.Claims
import dev.credenza.Denied
import dev.credenza.IdTokenExpectations
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import java.io.IOException
import java.net.ConnectException
import java.net.URI
import java.net.http.HttpTimeoutException
import java.text.ParseException

/**
 * The provider does not accept what it was sent, or sent what is not acceptable.
 *
 * @property isOver whether the grant behind it is over; otherwise something is wrong with the request or the answer alone.
 */
internal class RefusedException(message: String, val isOver: Boolean, cause: Throwable? = null) :
    Exception(message, cause)

/** The token endpoint and its kin, as the client that this application is. */
internal class Tokens(private val settled: Settled, private val provider: Provider, private val http: Http) {
    private val id = ClientID(settled.clientId)
    private val key: JWK? = settled.config.privateKey?.let {
        try {
            JWK.parse(it).also { key -> if (!key.isPrivate) throw ParseException("a public key", 0) }
        } catch (failure: ParseException) {
            throw LoginSettingException("private_key", "has to be a private key as JWK: ${failure.message}")
        }
    }
    private val resources: List<URI>? = settled.config.resource?.let { listOf(URI(it)) }

    /** Pushes an authorization request (RFC 9126) and returns its `request_uri`. */
    suspend fun push(endpoint: URI, request: AuthorizationRequest): URI {
        val members = answer(PushedAuthorizationRequest(endpoint, authentication(), request).toHTTPRequest())
        return URI(members.text("request_uri") ?: throw UnavailableException("$endpoint gave no request_uri"))
    }

    /** Redeems a code. Throws [UnavailableException] where it is worth trying again, and [RefusedException] otherwise. */
    suspend fun redeem(code: String, flow: Flow): Pair<TokenSet, Claims> {
        val grant = AuthorizationCodeGrant(AuthorizationCode(code), settled.redirectUri, CodeVerifier(flow.verifier))
        val tokens = asked(grant, null)
        val config = settled.config
        val expected = IdTokenExpectations(flow.nonce, config.maxAge, config.acrValues, tokens.accessToken)
        return tokens to verified(tokens.idToken, expected)
    }

    /** Refreshes; a reply that was lost is asked for once more. Throws as [redeem]. */
    suspend fun refresh(session: Session): TokenSet {
        val old = session.tokens
        val grant = RefreshTokenGrant(RefreshToken(old.refreshToken))
        val fresh = try {
            asked(grant, old)
        } catch (failure: UnavailableException) {
            if (!failure.isLostReply) throw failure
            asked(grant, old)
        }
        if (fresh.idToken.isNotEmpty()) {
            val claims = verified(fresh.idToken, IdTokenExpectations(accessToken = fresh.accessToken))
            // OpenID Connect Core 12.2; iss and aud are those of the settings, which the validator has compared.
            if (claims["sub"] !=
                session.sub
            ) {
                throw RefusedException("the refreshed ID token is of another sub", isOver = true)
            }
        }
        return TokenSet(fresh.accessToken, fresh.expiresAt, fresh.refreshToken ?: old.refreshToken, old.idToken)
    }

    /** Asks the provider to forget a refresh token (RFC 7009); whatever goes wrong is no concern of who logs out. */
    suspend fun revoke(refreshToken: String) {
        val endpoint = provider.metadata().revocation ?: return
        answer(TokenRevocationRequest(endpoint, authentication(), RefreshToken(refreshToken)).toHTTPRequest())
    }

    private suspend fun asked(grant: AuthorizationGrant, old: TokenSet?): TokenSet {
        val endpoint = provider.metadata().token
        val request = TokenRequest.Builder(endpoint, authentication(), grant)
        resources?.let { request.resources(*it.toTypedArray()) }
        val members = answer(request.build().toHTTPRequest())
        val lifetime = members.number("expires_in")
        return TokenSet(
            accessToken = members.text("access_token")
                ?: throw RefusedException("the answer has no access_token", isOver = false),
            expiresAt = lifetime?.let { settled.now() + it },
            refreshToken = members.text("refresh_token"),
            idToken = members.text("id_token")
                ?: if (old == null) throw RefusedException("the answer has no id_token", isOver = false) else "",
        )
    }

    private suspend fun verified(idToken: String, expected: IdTokenExpectations): Claims = try {
        try {
            provider.ofIdTokens().checkIdToken(idToken, expected)
        } catch (denied: Denied) {
            if (denied.rule != "kid") throw denied
            provider.ofIdTokensAnew().checkIdToken(idToken, expected)
        }
    } catch (denied: Denied) {
        if (denied.status == UNAVAILABLE) throw UnavailableException("the provider's keys cannot be had", denied)
        throw RefusedException("the ID token is refused by ${denied.rule}: ${denied.detail.reason}", true, denied)
    }

    /** The members of an answer with status 200 or 201. */
    private suspend fun answer(request: HTTPRequest): JsonObject {
        val reply = try {
            http.send(request)
        } catch (failure: IOException) {
            throw UnavailableException("${request.uri} cannot be had", failure)
        }
        val members = runCatching { Json.parseToJsonElement(reply.body.orEmpty()) as JsonObject }.getOrNull()
        return when {
            reply.statusCode in GOOD -> members ?: JsonObject(emptyMap())

            // What RFC 6749 5.2 calls an error of the request; else the provider, or somebody in between, has trouble.
            reply.statusCode == BAD_REQUEST && members?.text("error") != null ->
                throw RefusedException(
                    "${request.uri} answered ${plain(members.text("error"))}",
                    isOver = members.text("error") == "invalid_grant",
                )

            else -> throw UnavailableException(
                "${request.uri} answered ${reply.statusCode} ${plain(members?.text("error"))}",
            )
        }
    }

    private fun authentication(): ClientAuthentication {
        val key = key ?: return ClientSecretBasic(id, Secret(settled.config.clientSecret))
        val algorithm = key.algorithm?.let { JWSAlgorithm.parse(it.name) } ?: DEFAULT_ALGORITHMS[key.keyType.value]
        return try {
            PrivateKeyJWT(id, URI(settled.issuer), algorithm, privateKey(key), key.keyID, null)
        } catch (failure: JOSEException) {
            throw UnavailableException("the private key does not sign", failure)
        }
    }

    private fun privateKey(key: JWK): java.security.PrivateKey = when (key.keyType.value) {
        "RSA" -> key.toRSAKey().toPrivateKey()
        else -> key.toECKey().toPrivateKey()
    }

    private companion object {
        const val UNAVAILABLE = 503
        const val BAD_REQUEST = 400
        val GOOD = 200..201
        val DEFAULT_ALGORITHMS = mapOf("RSA" to JWSAlgorithm.PS256, "EC" to JWSAlgorithm.ES256)

        /** An error code of the provider, for the log. */
        fun plain(error: String?) = error.orEmpty().filter { it in ' '..'~' }.take(60)
    }
}

/** Whether the request may have arrived, and its reply was lost. */
private val UnavailableException.isLostReply: Boolean
    get() = cause is IOException && cause !is ConnectException && cause !is HttpTimeoutException
