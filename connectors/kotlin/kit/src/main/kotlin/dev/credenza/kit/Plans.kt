package dev.credenza.kit

/**
 * What the plans that are paid for include.
 *
 * @param upgradeUrl the page on which a caller gets another plan.
 */
public class Plans @JvmOverloads constructor(private val upgradeUrl: String? = null) {
    /** A gate for callers with one of these plans; 403 `plan_required` for others. */
    public fun requires(vararg plans: String): Gate = Gate { exchange ->
        val plan = exchange.caller?.plan
        if (plan == null ||
            plan !in plans
        ) {
            throw refused("plan_required", mapOf("plan" to plan, "plans" to plans.toList()))
        }
    }

    /** A refusal that says where more can be had (RFC 8288; the relation `payment` is registered). */
    internal fun refused(name: String, members: Map<String, Any?>): Problem {
        if (upgradeUrl == null) return Problem(FORBIDDEN, name, members = members)
        return Problem(
            FORBIDDEN,
            name,
            members = members + ("upgrade_url" to upgradeUrl),
            headers = mapOf("Link" to "<$upgradeUrl>; rel=\"payment\""),
        )
    }
}
