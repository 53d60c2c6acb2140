package dev.credenza.kit

import kotlinx.coroutines.future.await
import java.time.Duration

/**
 * How often somebody may ask: so many times in a window, which begins with the first request in it.
 *
 * @property name of the limit, for clients: letters, digits, `_` and `-`.
 * @property quota how many requests.
 * @property window in how much time; whole seconds.
 * @property key whose requests are counted together; where it is null, a request is not counted by this limit.
 */
public class Rate(
    public val name: String,
    public val quota: Int,
    public val window: Duration,
    public val key: (Exchange) -> String?,
) {
    init {
        require(NAME.matches(name)) { "a rate needs a name of letters, digits, _ and -: $name" }
        require(quota > 0) { "the quota of the rate $name has to be above 0" }
        require(window >= Duration.ofSeconds(1) && window.nano == 0) {
            "the window of the rate $name has to be whole seconds"
        }
    }

    public companion object {
        private val NAME = Regex("[a-z][a-z0-9_-]*")

        /** For each caller: the subject, or the client where there is none. */
        @JvmStatic
        public fun perCaller(quota: Int, window: Duration): Rate =
            Rate("caller", quota, window) { it.caller?.sub ?: it.caller?.clientId }

        /** For all callers of a tenant together. */
        @JvmStatic
        public fun perTenant(quota: Int, window: Duration): Rate = Rate("tenant", quota, window) { it.caller?.tenant }
    }
}

/**
 * Limits that stand together, told by the fields of draft-ietf-httpapi-ratelimit-headers. A request counts under each of them
 * or, when one of them is full, under none, so that a caller who is refused takes nothing from others of the tenant.
 *
 * @param counters where requests are counted: in memory, or in Redis for all instances.
 */
public class RateLimits(private val counters: Counters, private val rates: List<Rate>) {
    public constructor(counters: Counters, vararg rates: Rate) : this(counters, rates.asList())

    init {
        require(rates.isNotEmpty()) { "limits of rates need a rate" }
    }

    /** The gate, which also sets the fields of the answer; 429 `rate_limited` when a limit is reached. */
    public fun gate(): Gate = Gate(::pass)

    private suspend fun pass(exchange: Exchange) {
        val issuer = exchange.caller?.claims?.get("iss")
        val counting = rates.mapNotNull { rate ->
            val key = rate.key(exchange) ?: return@mapNotNull null
            // As JSON, in which no name can look like another.
            rate to Counted(JsonText.write(listOf(rate.name, issuer, key)), rate.quota, rate.window)
        }
        if (counting.isEmpty()) return
        val taken = counters.take(counting.map { it.second }).await()
        val states = counting.zip(taken.counts) { (rate), count -> State(rate, count) }
        exchange.setHeader("RateLimit-Policy", states.joinToString { it.policy })
        exchange.setHeader("RateLimit", states.joinToString { it.rest })
        if (taken.isTaken) return
        val full = states.filter { it.left == 0 }
        throw Problem(
            TOO_MANY,
            "rate_limited",
            members = mapOf("limits" to full.map { it.rate.name }),
            headers = mapOf("Retry-After" to (full.maxOfOrNull { it.seconds } ?: 1).toString()),
        )
    }

    private class State(val rate: Rate, count: Count) {
        val left = maxOf(0, rate.quota - count.count)
        val seconds = maxOf(1, (count.resets.toMillis() + MILLISECONDS - 1) / MILLISECONDS)
        val policy = "\"${rate.name}\";q=${rate.quota};w=${rate.window.toSeconds()}"
        val rest = "\"${rate.name}\";r=$left;t=$seconds"
    }

    private companion object {
        const val TOO_MANY = 429
        const val MILLISECONDS = 1_000L
    }
}
