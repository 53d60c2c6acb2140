package dev.credenza.ktor.kit

import dev.credenza.kit.BodyLimit
import dev.credenza.kit.Gate
import dev.credenza.kit.Health
import io.ktor.server.application.createRouteScopedPlugin
import io.ktor.server.application.install
import io.ktor.server.auth.AuthenticationChecked
import io.ktor.server.routing.Route
import io.ktor.server.routing.RouteSelector
import io.ktor.server.routing.RouteSelectorEvaluation
import io.ktor.server.routing.RoutingCall
import io.ktor.server.routing.RoutingResolveContext
import io.ktor.server.routing.get
import java.time.Duration
import java.util.concurrent.atomic.AtomicLong

/** Routes with a limit of bodies of their own, in bytes, in place of that around them. */
public fun Route.bodyLimit(bytes: Long, build: Route.() -> Unit): Route =
    createChild(LimitSelector(body = BodyLimit(bytes))).apply(build)

/** Routes with a limit of time of their own, in place of that around them. What blocks its thread is not ended by it. */
public fun Route.timeLimit(limit: Duration, build: Route.() -> Unit): Route =
    createChild(LimitSelector(time = limit)).apply(build)

/** Routes behind gates, which are asked in this order: inside of `protect`, where they need a caller. */
public fun Route.gate(vararg gates: Gate, build: Route.() -> Unit): Route {
    val node = createChild(LimitSelector())
    // A name of its own, as Ktor installs a plugin of one name only once on a way to a route.
    node.install(
        createRouteScopedPlugin("CredenzaGate${GATES.incrementAndGet()}") {
            on(AuthenticationChecked) { call ->
                if (!call.response.isCommitted) gates.forEach { it.pass(call.exchange) }
            }
        },
    )
    return node.apply(build)
}

/** Answers whether this process lives, and whether it can do its work: `GET /livez` and `GET /readyz`. */
public fun Route.health(health: Health, live: String = "/livez", ready: String = "/readyz") {
    get(live) { call.respondHealth(health.live) }
    get(ready) { call.respondHealth(health.ready()) }
}

/** The limits of the route that a call was routed to take the place of the application's. */
internal fun routed(call: RoutingCall) {
    val state = call.attributes.getOrNull(STATE) ?: return
    val around = generateSequence(call.route) { it.parent }.mapNotNull { it.selector as? LimitSelector }
    around.firstNotNullOfOrNull { it.body }?.let { state.bodyLimit = it }
    around.firstNotNullOfOrNull { it.time }?.let { state.deadline?.set(it) }
}

private class LimitSelector(val body: BodyLimit? = null, val time: Duration? = null) : RouteSelector() {
    override suspend fun evaluate(context: RoutingResolveContext, segmentIndex: Int): RouteSelectorEvaluation =
        RouteSelectorEvaluation.Transparent

    override fun toString(): String = "(limits)"
}

private val GATES = AtomicLong()
