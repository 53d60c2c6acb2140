package dev.credenza.ktor

import dev.credenza.connectors.Guard
import dev.credenza.connectors.Incoming
import dev.credenza.connectors.Outcome
import dev.credenza.connectors.Refusal
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.auth.AuthenticationContext
import io.ktor.server.auth.AuthenticationFailedCause
import io.ktor.server.auth.AuthenticationProvider
import io.ktor.server.plugins.origin
import io.ktor.server.request.path
import io.ktor.server.response.header
import io.ktor.server.response.respondBytes
import io.ktor.server.response.respondText
import io.ktor.util.AttributeKey

/** Asks the guard about each request to a route below `authenticate`, with the needs of that route. */
internal class CredenzaProvider(
    name: String?,
    private val guard: Guard,
    private val certificate: (ApplicationCall) -> String?,
) : AuthenticationProvider(Named(name)) {
    override suspend fun onAuthenticate(context: AuthenticationContext) {
        val call = context.call
        // What a cache keeps of one caller is not for another.
        call.response.headers.append(HttpHeaders.Vary, HttpHeaders.Authorization, safeOnly = false)
        val needs = call.needs()
        val request = call.incoming(certificate)
        if (request.isBare && !needs.isOptional) {
            // Whether that is refused is for Ktor to say: another provider may know the caller.
            context.challenge(this, AuthenticationFailedCause.NoCredentials) { challenge, refused ->
                val outcome = guard.check(request, needs.sum)
                if (outcome is Outcome.Refused) refused.respond(outcome.refusal)
                challenge.complete()
            }
            return
        }
        when (val outcome = guard.check(request, needs.sum, needs.isOptional)) {
            is Outcome.Allowed -> {
                call.attributes.put(CHECKED, needs)
                outcome.dpopNonce?.let { call.response.header("DPoP-Nonce", it) }
                outcome.caller?.let { context.principal(name, it) }
            }

            is Outcome.Refused -> context.challenge(this, AuthenticationFailedCause.InvalidCredentials) {
                    challenge,
                    refused,
                ->
                refused.respond(outcome.refusal)
                challenge.complete()
            }
        }
    }

    private class Named(name: String?) : Config(name)

    companion object {
        /** The needs that a call was checked with. */
        val CHECKED = AttributeKey<RouteNeeds>("dev.credenza.checked")
    }
}

internal suspend fun ApplicationCall.respond(refusal: Refusal) {
    refusal.headers.forEach { (name, value) -> response.header(name, value) }
    val status = HttpStatusCode.fromValue(refusal.status)
    val body = refusal.body
    if (body ==
        null
    ) {
        respondBytes(ByteArray(0), status = status)
    } else {
        respondText(body, ContentType.Application.Json, status)
    }
}

/** The request as the client sent it: plugins may have changed the method for routing (AutoHeadResponse). */
private fun ApplicationCall.incoming(certificate: (ApplicationCall) -> String?): Incoming {
    val headers = request.headers
    return Incoming(
        method = request.local.method.value,
        path = request.path(),
        host = headers[HttpHeaders.Host],
        authorization = headers.getAll(HttpHeaders.Authorization).orEmpty(),
        dpop = headers.getAll("DPoP").orEmpty(),
        url = { "${request.origin.scheme}://${headers[HttpHeaders.Host].orEmpty()}${request.path()}" },
        certificate = { certificate(this) },
    )
}
