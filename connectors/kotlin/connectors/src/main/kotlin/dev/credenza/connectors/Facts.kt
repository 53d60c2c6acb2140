package dev.credenza.connectors

import dev.credenza.ClaimNames
import dev.credenza.Profile
import dev.credenza.Settings
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.contentOrNull

/** What a connector reads of the settings, which the validator has accepted. */
internal class Facts private constructor(
    val issuer: String,
    val audience: List<String>,
    profile: Profile,
    names: ClaimNames,
    val realm: String?,
    val resourceMetadata: String?,
    val dpop: Dpop?,
) {
    val places = Places(names, profile)
    private val isGoogle = profile == Profile.GOOGLE

    /** Entra: the tenant stands in the issuer. */
    private val template = issuer.split(TENANT).takeIf { profile == Profile.ENTRA && it.size == 2 }

    /** Whether [iss] is this issuer, in one of its spellings. */
    fun isNamed(iss: String): Boolean = iss == issuer ||
        (isGoogle && iss in GOOGLE) ||
        (template != null && isOfTemplate(iss, template))

    private fun isOfTemplate(iss: String, parts: List<String>): Boolean {
        val (before, after) = parts
        if (iss.length <= before.length + after.length || !iss.startsWith(before) || !iss.endsWith(after)) return false
        return '/' !in iss.substring(before.length, iss.length - after.length)
    }

    /** DPoP, where it is supported; the names of its algorithms, all of the validator's where null. */
    class Dpop(val isRequired: Boolean, val algorithms: List<String>?)

    companion object {
        private const val TENANT = "{tenantid}"
        private val GOOGLE = listOf("https://accounts.google.com", "accounts.google.com")

        fun of(settings: Settings): Facts = Facts(
            settings.issuer,
            settings.audience,
            settings.profile ?: Profile.RFC9068,
            settings.claimNames ?: ClaimNames(),
            settings.realm,
            settings.resourceMetadata,
            settings.dpop?.let { dpop ->
                Dpop(dpop.required, dpop.algorithms?.map { it.name.replace("ED_DSA", "EdDSA") })
            },
        )

        fun fromJson(json: String): Facts {
            val settings = Json.parseToJsonElement(json) as JsonObject
            val names = settings["claim_names"] as? JsonObject ?: JsonObject(emptyMap())
            return Facts(
                settings.text("issuer").orEmpty(),
                texts(settings["audience"]),
                Profile.valueOf((settings.text("profile") ?: "rfc9068").uppercase()),
                ClaimNames(
                    scope = names.text("scope"),
                    client = names.text("client"),
                    tenant = names.text("tenant"),
                    organization = names.text("organization"),
                    roles = names.text("roles"),
                    permissions = names.text("permissions"),
                    plan = names.text("plan"),
                ),
                settings.text("realm"),
                settings.text("resource_metadata"),
                (settings["dpop"] as? JsonObject)?.let(::dpop),
            )
        }

        private fun dpop(dpop: JsonObject) = Dpop(
            (dpop["required"] as? JsonPrimitive)?.booleanOrNull ?: false,
            dpop["algorithms"]?.let(::texts)?.takeIf(List<String>::isNotEmpty),
        )

        private fun texts(element: JsonElement?): List<String> = when (element) {
            is JsonArray -> element.mapNotNull { (it as? JsonPrimitive)?.contentOrNull }
            is JsonPrimitive -> listOfNotNull(element.contentOrNull)
            else -> emptyList()
        }
    }
}

internal fun JsonObject.text(name: String): String? = (this[name] as? JsonPrimitive)?.takeIf { it.isString }?.content
