package dev.credenza.connectors.cases

import dev.credenza.connectors.Guard
import dev.credenza.connectors.GuardOptions
import dev.credenza.connectors.Incoming
import dev.credenza.connectors.Metadata
import dev.credenza.connectors.Needs
import dev.credenza.connectors.TrustedIssuer
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import java.io.File

/** One of the cases that the connectors of every language run; `tests/vectors/connectors/README.md` describes them. */
public class Case internal constructor(private val members: JsonObject) {
    public val name: String = members.text("name")
    internal val settings: List<JsonObject> =
        listOf(members.getValue("settings").jsonObject) + members.items("further").map { it.jsonObject }
    internal val responses: JsonObject = members["responses"]?.jsonObject ?: JsonObject(emptyMap())
    internal val now: Long = members.getValue("now").jsonPrimitive.long
    internal val steps: List<Step> = members.items("steps").map { Step(it.jsonObject) }
    private val route = members["route"]?.jsonObject ?: JsonObject(emptyMap())

    /** The path of the guarded route, below [prefix]. */
    public val path: String = route["path"]?.jsonPrimitive?.content ?: "/orders"

    /** Where the guarded application is mounted; empty for the root. */
    public val prefix: String = route["prefix"]?.jsonPrimitive?.content.orEmpty()
    public val isOptional: Boolean = route.flag("optional")
    public val isWebSocket: Boolean = route.flag("websocket")

    /** What the application says of itself in the document of RFC 9728; null where it serves none. */
    private val said: Map<String, String>? = members["metadata"]?.jsonObject
        ?.mapValues { (_, value) ->
            if (value is JsonArray) {
                value.joinToString(" ") {
                    it.jsonPrimitive.content
                }
            } else {
                value.jsonPrimitive.content
            }
        }

    /** The issuer of each host, where the application chooses by that. */
    private val hosts: Map<String, String>? =
        members["guard"]?.jsonObject?.get("hosts")?.jsonObject?.mapValues { (_, issuer) ->
            issuer.jsonPrimitive.content
        }

    /** How often a URL was fetched by the end. */
    internal val fetches: Map<String, Int> = members["fetches"]?.jsonObject.orEmpty().mapValues { (_, n) ->
        n.jsonPrimitive.int
    }
    public val needs: Needs = needs(route["needs"]?.jsonObject ?: JsonObject(emptyMap()))
    public val options: GuardOptions = options(members["guard"]?.jsonObject ?: JsonObject(emptyMap()))

    /** Whether the application is set up in a way that only this case has. */
    public val isOfItsOwn: Boolean get() = said != null

    /** The document of RFC 9728 of this application; null where it serves none. */
    public fun metadata(guard: Guard): Metadata? = said?.let {
        val scopes = it["scopes_supported"]?.split(' ').orEmpty()
        Metadata.of(guard, it["resource"], scopes, it["resource_name"], it["resource_documentation"])
    }

    /** How the guard finds the issuer, where the token does not say. */
    public fun choose(issuers: List<TrustedIssuer>): ((Incoming) -> TrustedIssuer?)? = hosts?.let { byHost ->
        { request -> issuers.firstOrNull { it.name == byHost[request.host] } }
    }

    override fun toString(): String = name

    public companion object {
        /** All cases, by file. */
        public fun all(): Map<String, List<Case>> {
            val folder = File(System.getenv("CONNECTOR_CASES") ?: "../../../tests/vectors/connectors")
            val files = folder.listFiles { file -> file.extension == "json" }.orEmpty().sorted()
            check(files.isNotEmpty()) { "no cases in ${folder.absolutePath}" }
            return files.associate { file ->
                val document = Json.parseToJsonElement(file.readText()).jsonObject
                file.name to document.items("cases").map { Case(it.jsonObject) }
            }
        }

        private fun options(guard: JsonObject): GuardOptions {
            val unknown = guard.keys - setOf("origin", "debug", "preflight", "hosts")
            check(unknown.isEmpty()) { "unknown options: $unknown" }
            return GuardOptions(guard["origin"]?.jsonPrimitive?.content, guard.flag("preflight"), guard.flag("debug"))
        }

        private fun needs(members: JsonObject): Needs {
            val unknown = members.keys - NEEDS
            check(unknown.isEmpty()) { "unknown needs: $unknown" }
            fun texts(name: String) = members.items(name).map { it.jsonPrimitive.content }
            return Needs(
                scopes = texts("scopes"),
                anyScope = texts("any_scope"),
                clients = texts("client_ids"),
                tenants = texts("tenants"),
                organizations = texts("organizations"),
                roles = texts("roles"),
                anyRole = texts("any_role"),
                permissions = texts("permissions"),
                anyPermission = texts("any_permission"),
                plans = texts("plans"),
                acr = texts("acr_values"),
                maxAge = members["max_age"]?.jsonPrimitive?.long,
                maxTokenAge = members["max_token_age"]?.jsonPrimitive?.long,
                bound = members.flag("bound"),
            )
        }

        private val NEEDS = setOf(
            "scopes", "any_scope", "client_ids", "tenants", "organizations", "roles", "any_role", "permissions",
            "any_permission", "plans", "acr_values", "max_age", "max_token_age", "bound",
        )
    }
}

/** One request, and what is to come of it. */
internal class Step(members: JsonObject) {
    val now: Long? = members["now"]?.jsonPrimitive?.long
    private val request = members.getValue("request").jsonObject
    private val response = members.getValue("response").jsonObject
    val method = request.text("method")
    val path = request.text("path")
    val body = request["body"]?.jsonPrimitive?.content.orEmpty()
    val isWebSocket = request.flag("websocket") || members.flag("websocket")
    val fields = request.items("headers").map { field -> field.jsonArray.map { it.jsonPrimitive.content } }

    /** Those that are right. */
    val statuses = response.getValue("status").let {
        if (it is JsonArray) it.map { one -> one.jsonPrimitive.int } else listOf(it.jsonPrimitive.int)
    }

    /** By name; null where there must be none of that name. */
    val headers: Map<String, String?> = response["headers"]?.jsonObject.orEmpty()
        .mapValues { (_, value) -> if (value is JsonNull) null else value.jsonPrimitive.content }

    /** The body that the handler answers, where it is asked about; absent otherwise. */
    val caller: JsonElement? = response["caller"]
    val answer: JsonElement? = response["body"]
    val log: JsonElement? = members["log"]
}

internal fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

internal fun JsonObject.flag(name: String): Boolean = (this[name] as? JsonPrimitive)?.boolean ?: false

internal fun JsonObject.items(name: String): JsonArray = this[name]?.jsonArray ?: JsonArray(emptyList())
