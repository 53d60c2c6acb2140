package dev.credenza.connectors.cases

import dev.credenza.connectors.Caller
import dev.credenza.connectors.TrustedIssuer
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicContainer
import org.junit.jupiter.api.DynamicContainer.dynamicContainer
import org.junit.jupiter.api.DynamicTest.dynamicTest

/** An application of the framework that is tried. */
public fun interface Framework {
    /** Starts it for a case: a route with the needs of the case behind a guard of these issuers. */
    public fun start(case: Case, issuers: List<TrustedIssuer>): Running
}

/**
 * An application that runs.
 *
 * @property port where it listens.
 */
public class Running(public val port: Int, private val stop: () -> Unit) : AutoCloseable {
    override fun close(): Unit = stop()
}

/** The cases, in one framework. */
public object Suite {
    /** The cases as tests, but those in [left], which that framework cannot do, with the reason. */
    public fun of(framework: Framework, left: Map<String, String> = emptyMap()): List<DynamicContainer> {
        val all = Case.all()
        val unknown = left.keys - all.values.flatten().map { it.name }.toSet()
        check(unknown.isEmpty()) { "no cases: $unknown" }
        return all.map { (file, cases) ->
            dynamicContainer(
                file,
                cases.filter {
                    it.name !in left
                }.map { dynamicTest(it.name) { run(it, framework) } },
            )
        }
    }

    /** The body with which the guarded handler of an application answers: who the caller is. */
    public fun describe(caller: Caller?): String = if (caller == null) {
        "null"
    } else {
        buildJsonObject {
            put("sub", caller.sub)
            put("client_id", caller.clientId)
            putJsonArray("scopes") { caller.scopes.forEach { add(it) } }
            put("tenant", caller.tenant)
            put("organization", caller.organization)
            putJsonArray("roles") { caller.roles.forEach { add(it) } }
            putJsonArray("permissions") { caller.permissions.forEach { add(it) } }
            put("plan", caller.plan)
            put("acr", caller.acr)
        }.toString()
    }

    private fun run(case: Case, framework: Framework) {
        val clock = SetClock(case.now)
        val answers = Answers(case.responses)
        val issuers = case.settings.map { TrustedIssuer.fromJson(it.toString(), answers, clock) }
        try {
            framework.start(case, issuers).use { running ->
                Records().use { records ->
                    case.steps.forEachIndexed { index, step ->
                        clock.seconds = step.now ?: clock.seconds
                        val found = RawClient.send(running.port, step)
                        compare("step $index: $found", step, found)
                        answers.settle()
                        compareLog("step $index", step, records.take())
                    }
                }
            }
            for ((url, times) in case.fetches) assertEquals(times, answers.timesOf(url), url)
        } finally {
            issuers.forEach(TrustedIssuer::close)
        }
    }

    private fun compare(label: String, step: Step, found: RawResponse) {
        assertTrue(found.status in step.statuses, label)
        for ((name, wanted) in step.headers) {
            val value = found.field(name)
            when {
                name == "Vary" -> assertTrue(wanted in value.orEmpty().split(',').map(String::trim), label)
                name == "Content-Type" -> assertEquals(wanted, value?.substringBefore(';'), label)
                else -> assertEquals(wanted, value, "$name, $label")
            }
        }
        if (step.method == "HEAD") return assertEquals("", found.body, label)
        step.caller?.takeIf {
            found.status < REFUSED
        }?.let { assertEquals(it, json(found.body, label), label) }
        step.answer?.let { compareBody(it, found.body, label) }
    }

    private fun compareBody(wanted: JsonElement, body: String, label: String) {
        if (wanted is JsonObject) {
            val document = json(body, label) as JsonObject
            for ((name, value) in wanted) assertEquals(value, document[name] ?: JsonNull, "$name, $label")
            if ("rule" in document) assertTrue(document.text("detail").isNotEmpty(), label)
        } else {
            assertEquals(wanted.jsonPrimitive.content, body, label)
        }
    }

    private fun compareLog(label: String, step: Step, records: List<Record>) {
        val wanted = step.log ?: return
        if (wanted is JsonNull) return assertEquals(0, records.size, label)
        val record = records.single()
        for ((name, value) in wanted as JsonObject) {
            val text = if (value is JsonPrimitive) value.content else value.toString()
            assertEquals(text, record.members[name], "$name, $label, ${record.members}")
        }
        for (token in step.fields.filter { (name) -> name in SECRET }.map { it[1].substringAfter(' ') }) {
            assertFalse(token.length > SHORT && (token in record.text || token in record.members.toString()), label)
        }
        assertFalse("?" in record.members.getValue("path"), label)
    }

    private fun json(body: String, label: String): JsonElement =
        runCatching { Json.parseToJsonElement(body) }.getOrElse { throw AssertionError(label, it) }

    private const val REFUSED = 400
    private const val SHORT = 40
    private val SECRET = setOf("Authorization", "DPoP")
}
