package dev.credenza.kit

import dev.credenza.connectors.Caller
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import org.slf4j.LoggerFactory
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage

/** Knows what a plan has. */
public fun interface FeatureSource {
    /** The features of a plan, by name: true, false, or a number that is a limit. Null is the plan of callers without one. */
    public fun load(plan: String?): CompletionStage<Map<String, Any?>>
}

/**
 * What each plan has: a feature is true or false, or a number that is its limit. They are kept for a while for each plan,
 * asked for once for all who wait, and used for longer while they cannot be had anew.
 *
 * @param source where they come from, such as [HttpFeatures].
 * @param plans tells where a caller gets another plan.
 * @param keptFor how long they are used before they are asked for again.
 * @param nanos a clock that only goes forward.
 */
public class Features @JvmOverloads constructor(
    private val source: FeatureSource,
    private val plans: Plans = Plans(),
    private val keptFor: Duration = Duration.ofMinutes(5),
    private val nanos: () -> Long = System::nanoTime,
) {
    private val known = object : LinkedHashMap<String?, Known>() {
        override fun removeEldestEntry(eldest: Map.Entry<String?, Known>): Boolean = size > KEPT
    }
    private val pending = HashMap<String?, CompletableFuture<Map<String, Any?>>>()

    /** The features of a plan. Throws a [Problem] with 503 where nobody says, and nothing is known from before. */
    @JvmSynthetic
    public suspend fun of(plan: String?): Map<String, Any?> {
        val kept = synchronized(this) { known[plan] }
        if (kept != null && kept.until - nanos() > 0) return kept.features
        try {
            return asked(plan).await()
        } catch (failure: FeatureException) {
            val stale = synchronized(this) {
                known[plan]?.also { it.until = nanos() + COOLDOWN.toNanos() }
            } ?: throw Problem(
                UNAVAILABLE,
                "features_unavailable",
                headers = mapOf("Retry-After" to COOLDOWN.toSeconds().toString()),
                cause = failure,
            )
            LOGGER.warn("older features of the plan {} are used: {}", plan, failure.message)
            return stale.features
        }
    }

    /** As [of], on this thread, which may be virtual. */
    public fun ofBlocking(plan: String?): Map<String, Any?> = runBlocking { of(plan) }

    /**
     * Forgets what is known of a plan, as it has changed; of all plans where it is null, as in an event that names none. An
     * answer that is under way is not kept.
     */
    @Synchronized
    public fun drop(plan: String?) {
        if (plan == null) return dropAll()
        known.remove(plan)
        pending.remove(plan)
    }

    /** Forgets what is known of all plans. */
    @Synchronized
    public fun dropAll() {
        known.clear()
        pending.clear()
    }

    /** A gate for callers whose plan has a feature; 403 `feature_missing` for others. */
    public fun requires(feature: String): Gate = Gate { exchange ->
        val plan = exchange.caller?.plan
        if (of(plan)[feature] != true) throw missing(feature, plan)
    }

    /**
     * Lets a caller have one more of something, of which there are [used]. Throws a [Problem]: with 403 where the plan does not
     * allow more, or nothing of the kind. A feature that is true has no limit.
     */
    @JvmSynthetic
    public suspend fun within(caller: Caller?, feature: String, used: Long) {
        val plan = caller?.plan
        val limit = of(plan)[feature]
        if (limit == true) return
        if (limit !is Number) throw missing(feature, plan)
        if (used >= limit.toDouble()) {
            throw plans.refused(
                "limit_reached",
                mapOf("feature" to feature, "limit" to limit, "used" to used, "plan" to plan),
            )
        }
    }

    /** As [within], on this thread, which may be virtual. */
    public fun withinBlocking(caller: Caller?, feature: String, used: Long): Unit =
        runBlocking { within(caller, feature, used) }

    private fun missing(feature: String, plan: String?): Problem =
        plans.refused("feature_missing", mapOf("feature" to feature, "plan" to plan))

    /** The one request under way for this plan. Whoever leaves does not end it for others. */
    private fun asked(plan: String?): CompletableFuture<Map<String, Any?>> {
        val (flight, isNew) = synchronized(this) {
            val flying = pending[plan]
            flying?.let { it to false } ?: (CompletableFuture<Map<String, Any?>>().also { pending[plan] = it } to true)
        }
        if (isNew) ask(plan, flight)
        return flight.copy()
    }

    private fun ask(plan: String?, flight: CompletableFuture<Map<String, Any?>>) {
        val answer = try {
            source.load(plan)
        } catch (failure: RuntimeException) {
            CompletableFuture.failedFuture(failure)
        }
        answer.whenComplete { features, failure ->
            synchronized(this) {
                val isWanted = pending.remove(plan, flight)
                if (isWanted && features != null) {
                    known.remove(plan)
                    known[plan] = Known(features, nanos() + keptFor.toNanos())
                }
            }
            if (features != null) flight.complete(features) else flight.completeExceptionally(FeatureException(failure))
        }
    }

    private class Known(val features: Map<String, Any?>, @Volatile var until: Long)

    private class FeatureException(cause: Throwable?) :
        RuntimeException(if (cause is CompletionException) cause.cause?.toString() else cause?.toString(), cause)

    private companion object {
        /** How many plans are remembered; the ones that were asked for first make room. */
        const val KEPT = 1000

        /** How soon somebody is asked again after a failure, while older features are used. */
        val COOLDOWN: Duration = Duration.ofSeconds(5)
        val LOGGER = LoggerFactory.getLogger(Features::class.java)!!
    }
}
