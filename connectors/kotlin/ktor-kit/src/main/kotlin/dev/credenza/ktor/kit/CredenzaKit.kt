package dev.credenza.ktor.kit

import dev.credenza.kit.BodyLimit
import dev.credenza.kit.Kit
import dev.credenza.kit.Log
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.BaseApplicationPlugin
import io.ktor.server.application.install
import io.ktor.server.request.ApplicationReceivePipeline
import io.ktor.server.response.ApplicationSendPipeline
import io.ktor.server.routing.RoutingRoot
import io.ktor.util.AttributeKey
import io.ktor.util.pipeline.PipelinePhase
import java.time.Duration

/** What [CredenzaKit] is made of; everything has a default. */
public class KitConfig {
    /** What clients see: scheme, host, port. On https, answers say to come back by https. */
    public var origin: String? = null

    /** How long the body of a request may be, in bytes: see [bodyLimit]. */
    public var bodyLimit: Long = 1_048_576

    /** How long a handler may take to begin its answer: see [timeLimit]. */
    public var timeout: Duration = Duration.ofSeconds(10)

    /** Takes a record of each request, and of each error. */
    public var log: Log = Log.json()

    internal fun kit() = Kit(origin, BodyLimit(bodyLimit), timeout, log)
}

/**
 * What goes around all routes: the id of the request, the log, security headers, problems, limits of time and of bodies.
 * `install(CredenzaKit) { origin = "https://api.example" }`, before other plugins.
 */
public object CredenzaKit : BaseApplicationPlugin<Application, KitConfig, Kit> {
    override val key: AttributeKey<Kit> = AttributeKey("dev.credenza.kit")

    override fun install(pipeline: Application, configure: KitConfig.() -> Unit): Kit {
        val kit = KitConfig().apply(configure).kit()
        val first = PipelinePhase("CredenzaKit")
        pipeline.insertPhaseBefore(ApplicationCallPipeline.Setup, first)
        pipeline.intercept(first) { serve(kit) }
        pipeline.monitor.subscribe(RoutingRoot.RoutingCallStarted, ::routed)
        pipeline.receivePipeline.intercept(ApplicationReceivePipeline.Before) { limitBody() }
        pipeline.sendPipeline.intercept(ApplicationSendPipeline.Before) { stateProblem() }
        pipeline.sendPipeline.intercept(ApplicationSendPipeline.After) { completeHeaders(kit) }
        pipeline.sendPipeline.intercept(ApplicationSendPipeline.Engine) { logAnswer(kit) }
        return kit
    }
}
