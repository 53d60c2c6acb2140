package dev.credenza.login

import com.nimbusds.oauth2.sdk.AuthorizationRequest
import com.nimbusds.oauth2.sdk.ParseException
import com.nimbusds.oauth2.sdk.ResponseType
import com.nimbusds.oauth2.sdk.Scope
import com.nimbusds.oauth2.sdk.id.ClientID
import com.nimbusds.oauth2.sdk.id.State
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier
import com.nimbusds.openid.connect.sdk.Prompt
import dev.credenza.Claims
import org.slf4j.LoggerFactory
import java.net.URI

/** From the application to the provider and back: the authorization code flow (OpenID Connect Core 3.1). */
internal class SignIn(
    private val settled: Settled,
    private val provider: Provider,
    private val tokens: Tokens,
    private val flows: Flows,
    private val sessions: Sessions,
    private val pages: Pages,
) {
    private val id = ClientID(settled.clientId)

    suspend fun start(exchange: Exchange): LoginAnswer {
        exchange.isPrivate()
        val flow = flows.start(returnTo(exchange.parameter("return_to"), settled.origin))
        val target = try {
            target(provider.metadata(), request(exchange, flow))
        } catch (failure: UnavailableException) {
            log.warn("no sign-in: {}", failure.message)
            return pages.unavailable()
        } catch (refused: RefusedException) {
            log.error("no sign-in: {}", refused.message)
            return pages.unavailable()
        }
        flows.keep(exchange, flow)
        return redirect(FOUND, target.toASCIIString())
    }

    suspend fun callback(exchange: Exchange): LoginAnswer {
        exchange.isPrivate()
        val flow = flows.find(exchange, exchange.parameter("state")) ?: return pages.refused(
            "This sign-in has ended",
            "It was used already, took too long, or was begun in another browser.",
        ).also { log.info("callback refused: no sign-in of this browser has this state") }
        return try {
            checkIss(exchange)
            exchange.parameter("error")?.let { return refusedBy(it, exchange, flow) }
            val code = exchange.parameter("code").takeUnless(String?::isNullOrEmpty)
                ?: throw RefusedException("the answer has no code", isOver = false)
            begun(exchange, flow, code)
        } catch (failure: UnavailableException) {
            // The flow stays, so that a reload works.
            log.warn("sign-in interrupted: {}", failure.message)
            pages.unavailable()
        } catch (refused: RefusedException) {
            log.warn("sign-in refused: {}", refused.message)
            flows.spend(exchange, flow)
            pages.refused("The sign-in did not succeed", "The answer of the provider was not accepted.", flow.returnTo)
        } catch (long: TooLongException) {
            log.error("sign-in failed: {}", long.message)
            flows.spend(exchange, flow)
            pages.refused(
                "The sign-in did not succeed",
                "The session is too large for cookies.",
                flow.returnTo,
                FAILURE,
            )
        }
    }

    /** RFC 9207 section 2.4: against the mix-up of providers. */
    private suspend fun checkIss(exchange: Exchange) {
        val iss = exchange.parameter("iss")
        val isMissing = iss == null && (exchange.isRepeated("iss") || provider.metadata().hasIss)
        if (isMissing) throw RefusedException("the answer has no iss", isOver = false)
        if (iss != null &&
            iss != settled.issuer
        ) {
            throw RefusedException("the answer is of another issuer", isOver = false)
        }
    }

    private fun refusedBy(error: String, exchange: Exchange, flow: Flow): LoginAnswer {
        log.info("sign-in refused by the provider: {}", error.filter { it in '!'..'~' }.take(MOST_SHOWN))
        flows.spend(exchange, flow)
        if (error == "access_denied") {
            return pages.refused("Access denied", "The sign-in was declined.", flow.returnTo, FORBIDDEN)
        }
        return pages.refused("The sign-in did not succeed", "The provider reported an error.", flow.returnTo)
    }

    private suspend fun begun(exchange: Exchange, flow: Flow, code: String): LoginAnswer {
        val (set, claims) = tokens.redeem(code, flow)
        val session = session(set, claims)
        val before = sessions.load(exchange)
        sessions.begin(exchange, session)
        flows.spend(exchange, flow)
        before?.let(sessions::forget)
        return redirect(FOUND, flow.returnTo)
    }

    private fun session(set: TokenSet, claims: Claims): Session {
        val now = settled.now()
        val data = settled.config.signedIn(claims)
        return Session(randomText(), set, data, now, now + settled.lifetimeSeconds, now)
    }

    private suspend fun target(metadata: Metadata, request: AuthorizationRequest.Builder): URI {
        val full = request.endpointURI(metadata.authorization).build()
        if (!metadata.mustPush) return full.toURI()
        val endpoint =
            metadata.pushed ?: throw UnavailableException("the metadata have no endpoint for pushed requests")
        val uri = tokens.push(endpoint, full)
        return AuthorizationRequest.Builder(uri, id).endpointURI(metadata.authorization).build().toURI()
    }

    private fun request(exchange: Exchange, flow: Flow): AuthorizationRequest.Builder {
        val config = settled.config
        val request = AuthorizationRequest.Builder(ResponseType.CODE, id)
            .redirectionURI(settled.redirectUri)
            .scope(Scope.parse(config.scope))
            .state(State(flow.state))
            .codeChallenge(CodeVerifier(flow.verifier), CodeChallengeMethod.S256)
            .customParameter("nonce", flow.nonce)
        prompt(exchange.parameter("prompt") ?: config.prompt)?.let(request::prompt)
        config.resource?.let { request.resources(URI(it)) }
        config.maxAge?.let { request.customParameter("max_age", it.toString()) }
        if (config.acrValues.isNotEmpty()) request.customParameter("acr_values", config.acrValues.joinToString(" "))
        for (name in listOf("login_hint", "ui_locales")) {
            exchange.parameter(name)?.let { request.customParameter(name, it) }
        }
        return request
    }

    private fun prompt(wanted: String?): Prompt? = try {
        wanted?.let(Prompt::parse)
    } catch (_: ParseException) {
        null
    }

    private companion object {
        const val FOUND = 302
        const val FORBIDDEN = 403
        const val FAILURE = 500
        const val MOST_SHOWN = 60
        val log = LoggerFactory.getLogger("dev.credenza.login")
    }
}
