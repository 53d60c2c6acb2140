package dev.credenza.ktor

import dev.credenza.connectors.Caller
import dev.credenza.connectors.Metadata
import dev.credenza.connectors.Needs
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.createRouteScopedPlugin
import io.ktor.server.auth.AuthenticationChecked
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.principal
import io.ktor.server.request.httpMethod
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.RouteSelector
import io.ktor.server.routing.RouteSelectorEvaluation
import io.ktor.server.routing.RoutingPipelineCall
import io.ktor.server.routing.RoutingResolveContext
import io.ktor.server.routing.route
import io.ktor.util.AttributeKey

/**
 * Routes that ask for a token that fulfils [needs]: 401 without one, 403 with one that lacks something, 503 when the
 * issuer cannot be asked.
 *
 * @param provider the name that was given to [credenza].
 * @param optional lets requests without credentials through too: [caller] is then null. Bad ones are refused.
 */
public fun Route.protect(
    needs: Needs = Needs.NONE,
    provider: String? = null,
    optional: Boolean = false,
    build: Route.() -> Unit,
): Route = authenticate(provider, optional = optional) { needs(needs, optional, build) }

/**
 * What routes inside of `authenticate` ask for in addition, to what those around them do. A route that no provider of
 * [credenza] has checked for these needs answers 403.
 */
public fun Route.needs(needs: Needs, build: Route.() -> Unit): Route = needs(needs, null, build)

/** Whom the request is from; null on optional routes without credentials. */
public val ApplicationCall.caller: Caller? get() = principal<Caller>()

/** Serves the metadata of the resource (RFC 9728), at the path that goes with its URL: to be called in `routing`. */
public fun Route.metadata(metadata: Metadata): Route = route(metadata.path) {
    handle {
        if (call.request.httpMethod !in setOf(HttpMethod.Get, HttpMethod.Head)) {
            call.response.header(HttpHeaders.Allow, "GET, HEAD")
            call.respond(HttpStatusCode.MethodNotAllowed)
        } else {
            Metadata.HEADERS.forEach { (name, value) -> call.response.header(name, value) }
            call.respondText(metadata.json, ContentType.Application.Json)
        }
    }
}

private fun Route.needs(needs: Needs, optional: Boolean?, build: Route.() -> Unit): Route {
    val node = createChild(NeedsSelector(needs, optional))
    node.install(NEEDS_ARE_CHECKED)
    return node.apply(build)
}

/** What all routes around a call ask for. */
internal class RouteNeeds(val sum: Needs, val isOptional: Boolean)

/** The needs of the route that a call was routed to, added up once for each route. */
internal fun ApplicationCall.needs(): RouteNeeds {
    val route = (this as? RoutingPipelineCall)?.route ?: return RouteNeeds(Needs.NONE, false)
    return route.attributes.computeIfAbsent(SUM) {
        val selectors = generateSequence(route) { it.parent }.mapNotNull { it.selector as? NeedsSelector }.toList()
        RouteNeeds(
            selectors.fold(Needs.NONE) { sum, selector -> sum and selector.needs },
            selectors.firstNotNullOfOrNull { it.isOptional } ?: false,
        )
    }
}

private val SUM = AttributeKey<RouteNeeds>("dev.credenza.needs")

private class NeedsSelector(val needs: Needs, val isOptional: Boolean?) : RouteSelector() {
    override suspend fun evaluate(context: RoutingResolveContext, segmentIndex: Int): RouteSelectorEvaluation =
        RouteSelectorEvaluation.Transparent

    override fun toString(): String = "(needs)"
}

/** What was meant to be protected is not served because another provider let it pass, or none was asked. */
private val NEEDS_ARE_CHECKED = createRouteScopedPlugin("CredenzaNeeds") {
    on(AuthenticationChecked) { call ->
        if (!call.response.isCommitted && call.attributes.getOrNull(CredenzaProvider.CHECKED) !== call.needs()) {
            call.respond(HttpStatusCode.Forbidden)
        }
    }
}
