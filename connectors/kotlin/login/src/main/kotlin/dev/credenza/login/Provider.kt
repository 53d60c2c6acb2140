package dev.credenza.login

import dev.credenza.Settings
import dev.credenza.Validator
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import java.io.IOException
import java.net.URI

/** The provider cannot be asked now; later it may be. */
internal class UnavailableException(message: String, cause: Throwable? = null) :
    Exception(if (cause == null) message else "$message ($cause)", cause)

/** What of the provider's metadata matters here (OpenID Connect Discovery 3, RFC 8414 section 2). */
internal class Metadata(private val members: JsonObject) {
    val authorization: URI get() = needed("authorization_endpoint")
    val token: URI get() = needed("token_endpoint")
    val jwks: URI get() = needed("jwks_uri")
    val pushed: URI? get() = endpoint("pushed_authorization_request_endpoint")
    val endSession: URI? get() = endpoint("end_session_endpoint")
    val revocation: URI? get() = endpoint("revocation_endpoint")
    val mustPush: Boolean get() = isTrue("require_pushed_authorization_requests")
    val hasIss: Boolean get() = isTrue("authorization_response_iss_parameter_supported")

    private fun isTrue(name: String) = (members[name] as? JsonPrimitive)?.booleanOrNull == true

    private fun needed(name: String) = endpoint(name) ?: throw UnavailableException("the metadata have no $name")

    private fun endpoint(name: String): URI? = try {
        members.text(name)?.let(::URI)
    } catch (failure: java.net.URISyntaxException) {
        throw UnavailableException("the metadata have a malformed $name", failure)
    }
}

/** The provider: its metadata, fetched when they are needed first, and the validator of its tokens. */
internal class Provider(private val settled: Settled, private val http: Http) : AutoCloseable {
    private val flights = Flights<Metadata>()

    private class Known(val metadata: Metadata, val until: Long)

    @Volatile
    private var known: Known? = null
    private val idTokens = Made()
    private val logoutTokens = Made()

    /** Fetched once for all who wait; kept for an hour, and longer while the provider is away. Throws [UnavailableException]. */
    suspend fun metadata(): Metadata {
        val now = settled.now()
        known?.takeIf { now < it.until }?.let { return it.metadata }
        return try {
            flights.shared("metadata") { fetched().also { known = Known(it, settled.now() + KEPT) } }
        } catch (failure: UnavailableException) {
            known?.metadata ?: throw failure
        }
    }

    /** The validator of ID tokens, made with the metadata, so that it fetches none itself. */
    suspend fun ofIdTokens(): Validator = idTokens.get(metadata().jwks)

    /**
     * The same with keys that are fetched anew. Validators fetch for an unknown `kid` at a bounded rate, as anybody can
     * send one; but an ID token comes from the provider itself, which may have changed its keys a moment ago.
     */
    suspend fun ofIdTokensAnew(): Validator = metadata().jwks.let { idTokens.drop().get(it) }

    /** The validator of logout tokens: one for good, as it remembers those that were used. */
    suspend fun ofLogoutTokens(): Validator = logoutTokens.get(metadata().jwks)

    private inner class Made : AutoCloseable {
        private var validator: Validator? = null
        private var jwks: URI? = null

        @Synchronized
        fun get(uri: URI): Validator {
            validator?.takeIf { jwks == uri }?.let { return it }
            val settings = Settings(settled.issuer, clientId = settled.clientId, jwksUri = uri.toString())
            jwks = uri
            return Validator(settings, settled.config.fetcher, settled.clock).also { validator = it }
        }

        /** What is dropped may be in use still: it is left to the collector. */
        @Synchronized
        fun drop(): Made = apply { validator = null }

        @Synchronized
        override fun close() {
            validator?.close()
        }
    }

    private suspend fun fetched(): Metadata {
        val url = URI(settled.issuer.removeSuffix("/") + "/.well-known/openid-configuration")
        val reply = try {
            http.get(url)
        } catch (failure: IOException) {
            throw UnavailableException("$url cannot be had", failure)
        }
        if (reply.statusCode != OK) throw UnavailableException("$url answered ${reply.statusCode}")
        val members = runCatching { Json.parseToJsonElement(reply.body.orEmpty()) as JsonObject }
            .getOrElse { throw UnavailableException("$url is not JSON", it) }
        val issuer = members.text("issuer")
        // OpenID Connect Discovery 4.3: otherwise another server would be trusted.
        if (issuer != settled.issuer) throw UnavailableException("$url is of another issuer: $issuer")
        return Metadata(members)
    }

    override fun close() {
        flights.close()
        idTokens.close()
        logoutTokens.close()
    }

    private companion object {
        const val KEPT = 3600L
        const val OK = 200
    }
}
