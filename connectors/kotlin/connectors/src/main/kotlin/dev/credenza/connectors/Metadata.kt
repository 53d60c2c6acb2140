package dev.credenza.connectors

import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import java.net.URI

/**
 * The metadata of this protected resource (RFC 9728 section 2), for clients to find the issuer by.
 *
 * @property resource the resource: its URL.
 * @property path where the document is served: the path of [resource] stands behind the well-known one (section 3.1).
 * @property json the document.
 */
public class Metadata private constructor(
    public val resource: String,
    public val path: String,
    public val json: String,
) {
    public companion object {
        /** What a path of metadata begins with. */
        public const val WELL_KNOWN: String = "/.well-known/oauth-protected-resource"

        /** The media type of the document. */
        public const val MEDIA_TYPE: String = "application/json"

        /** The further fields of the answer: anybody may read the document, in a browser too. */
        @JvmField
        public val HEADERS: Map<String, String> =
            mapOf("Access-Control-Allow-Origin" to "*", "Cache-Control" to "public, max-age=3600")

        /**
         * Describes what [guard] guards.
         *
         * @param resource the URL of the resource; the audience of its tokens by default, where that is one.
         * @param scopes those that routes ask for.
         * @param title the name of the resource, for people.
         * @param documentation the URL of a page for developers.
         * @return null where nothing names a URL.
         */
        @JvmStatic
        @JvmOverloads
        public fun of(
            guard: Guard,
            resource: String? = null,
            scopes: List<String> = emptyList(),
            title: String? = null,
            documentation: String? = null,
        ): Metadata? {
            val facts = guard.issuers.map { it.facts }
            val name = resource ?: facts.flatMap { it.audience }.firstOrNull { isUrl(it) } ?: return null
            require(isUrl(name)) { "the resource has to be an absolute URL: $name" }
            val dpop = facts.mapNotNull { it.dpop }
            val document = buildJsonObject {
                put("resource", name)
                texts("authorization_servers", guard.issuers.map { it.name })
                if (scopes.isNotEmpty()) texts("scopes_supported", scopes)
                texts("bearer_methods_supported", listOf("header"))
                title?.let { put("resource_name", it) }
                documentation?.let { put("resource_documentation", it) }
                if (dpop.isNotEmpty()) {
                    texts("dpop_signing_alg_values_supported", dpop.flatMap(ProofAlgorithms::of).distinct())
                    if (facts.all { it.dpop?.isRequired == true }) put("dpop_bound_access_tokens_required", true)
                }
            }
            return Metadata(name, WELL_KNOWN + URI(name).rawPath.orEmpty().removeSuffix("/"), document.toString())
        }

        private fun isUrl(text: String): Boolean =
            runCatching { URI(text) }.getOrNull()?.let { it.scheme in setOf("https", "http") && it.host != null }
                ?: false

        private fun JsonObjectBuilder.texts(name: String, texts: List<String>) {
            putJsonArray(name) { texts.forEach { add(JsonPrimitive(it)) } }
        }
    }
}
