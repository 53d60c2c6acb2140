package dev.credenza.connectors

import dev.credenza.Decision
import dev.credenza.Requirement
import kotlinx.coroutines.runBlocking
import java.util.concurrent.ConcurrentHashMap

/**
 * Carries requests to the validators, and what they decide back to the framework. It decides nothing itself. Made once,
 * used from any thread.
 *
 * @property issuers those whose tokens are accepted. Which of them a token is from is what it says (`iss`), unless
 *   [choose] says so; that validator then checks the token.
 * @property options see [GuardOptions].
 * @param choose finds the issuer of a request, where the request tells, such as by its host: one of [issuers], or one that
 *   is known since. Where it answers null, the token is refused by rule `iss`.
 */
public class Guard @JvmOverloads constructor(
    public val issuers: List<TrustedIssuer>,
    public val options: GuardOptions = GuardOptions(),
    private val choose: ((Incoming) -> TrustedIssuer?)? = null,
) : AutoCloseable {
    private val requirements = ConcurrentHashMap<Needs, Requirement>()
    private val audit = Audit()

    init {
        require(issuers.isNotEmpty()) { "a guard needs an issuer" }
        val twice = issuers.groupingBy { it.name }.eachCount().filterValues { it > 1 }.keys
        require(twice.isEmpty()) { "each issuer stands once: $twice" }
    }

    /**
     * Decides about a request to a route with such needs. It waits only where something has to be fetched first, which is
     * done once for all.
     *
     * @param isOptional lets a request without credentials pass, without a caller; bad credentials are refused.
     */
    @JvmSynthetic
    public suspend fun check(request: Incoming, needs: Needs = Needs.NONE, isOptional: Boolean = false): Outcome {
        if (isOptional && request.isBare) return Outcome.Allowed(null, null)
        val issuer = issuerOf(request) ?: return refused(request, ofNobody(request))
        val requirement = requirements.computeIfAbsent(needs, Needs::requirement)
        return when (val decision = issuer.validator.check(request.read(options.origin), requirement)) {
            is Decision.Allow -> Outcome.Allowed(Caller(decision.claims, issuer.facts.places), decision.dpopNonce)
            is Decision.Deny -> refused(request, Refusal.of(decision.denied, options.debug))
        }
    }

    /** As [check], on this thread, which may be virtual. */
    @JvmOverloads
    public fun checkBlocking(request: Incoming, needs: Needs = Needs.NONE, isOptional: Boolean = false): Outcome =
        runBlocking { check(request, needs, isOptional) }

    /** Whether a request is a CORS preflight that is passed on. */
    public fun passesPreflight(method: String, origin: String?, requestMethod: String?): Boolean =
        options.preflight && Incoming.isPreflight(method, origin, requestMethod)

    /** Ends fetches under way. */
    override fun close(): Unit = issuers.forEach(TrustedIssuer::close)

    private fun refused(request: Incoming, refusal: Refusal): Outcome {
        audit.tell(request, refusal)
        return Outcome.Refused(refusal)
    }

    private fun issuerOf(request: Incoming): TrustedIssuer? {
        if (choose != null) return choose.invoke(request)
        val iss = if (issuers.size == 1) null else Unverified.issuer(request.authorization)
        // Whatever does not name an issuer, such as a malformed token, is for a validator to refuse.
        return if (iss == null) issuers.first() else issuers.firstOrNull { it.facts.isNamed(iss) }
    }

    private fun ofNobody(request: Incoming): Refusal {
        val iss = Unverified.issuer(request.authorization).orEmpty()
        return Refusal.ofIssuer(iss, Challenge.ofOtherIssuer(issuers.first().facts, request), options.debug)
    }
}
