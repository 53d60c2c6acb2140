// Chart 283: The validator for Kotlin and Java | JDK 17 and 25, Linux; every vector
package dev.credenza

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicContainer
import org.junit.jupiter.api.DynamicContainer.dynamicContainer
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import java.io.File
import java.util.Base64

private typealias Members = Map<String, Any?>

/** The cases that every language runs: `tests/vectors/validator/README.md` says what they mean. */
class VectorsTest {
    private val folder = File("../../../tests/vectors/validator")

    @TestFactory
    fun vectors(): List<DynamicContainer> {
        val files = folder.listFiles { file -> file.extension == "json" }.orEmpty().sorted()
        assertTrue(files.isNotEmpty(), "no vectors in ${folder.absolutePath}")
        return files.map { file ->
            val cases = Json.members(file.readText()).list("cases")
            dynamicContainer(file.name, cases.map { case -> dynamicTest(case.text("name")) { run(case) } })
        }
    }

    private fun run(case: Members) = when {
        "jose" in case -> runJose(case)
        "steps" in case -> Way.entries.forEach { way -> Play(case, way).run() }
        else -> {
            val settings = Json.write(case["settings"])
            val error = assertThrows(SettingsException.Invalid::class.java) { Validator.fromJson(settings) }
            assertEquals(case.members("expected")["settings_error"], error.setting, error.reason)
        }
    }

    private fun runJose(case: Members) {
        val expected = case.members("expected")["payload"] as String?
        if (expected == null) {
            assertThrows(JoseException::class.java) { jose(case) }
        } else {
            assertEquals(expected, base64url(jose(case)))
        }
    }

    private fun jose(case: Members): ByteArray = when (case["jose"]) {
        "verify" -> Jose.verify(case.text("token"), Json.write(case["jwks"]), algorithms(case))
        "verify_hmac" -> Jose.verifyHmac(case.text("token"), case.text("secret"), algorithms(case))
        "decrypt" -> {
            val key = case["key"]?.let { case.members("key") }
                ?: throw JoseException.Refused("a key of a kind that is not supported")
            val alg = if (key["alg"] == "ECDH-ES") KeyManagement.ECDH_ES else KeyManagement.RSA_OAEP256
            Jose.decrypt(case.text("token"), alg, der(key.text("pem")))
        }
        else -> error("unknown kind ${case["jose"]}")
    }

    private fun algorithms(case: Members) = (case["algorithms"] as List<*>).map { name ->
        if (name == "EdDSA") Algorithm.ED_DSA else Algorithm.valueOf((name as String).uppercase())
    }

    private fun der(pem: String) = Base64.getMimeDecoder().decode(pem.lines().filterNot { "-----" in it }.joinToString(""))
}

/** The function by which access tokens are checked. */
private enum class Way { REQUEST, TOKEN }

/** One case, run against one validator. */
private class Play(private val case: Members, private val way: Way) {
    private val clock = SetClock()
    private val fetched = mutableListOf<String>()
    private val posts = mutableListOf<Members>()
    private val fetcher = Fetcher { fetch -> synchronized(this) { answer(fetch) } }
    private val validator = Validator.fromJson(Json.write(case["settings"]), fetcher, clock)

    fun run() = case.list("steps").forEachIndexed { index, step ->
        fetched.clear()
        posts.clear()
        clock.seconds = step["now"] as Long
        val decision = runBlocking { decide(step).also { validator.settled() } }
        val label = "step $index by $way"
        assertEquals(step["expected"], described(decision), label)
        step["detail"]?.let { assertTrue(agrees(it, detail(decision)), "$label: $it in ${detail(decision)}") }
        assertEquals(step["fetches"] ?: emptyList<String>(), fetched, label)
        step["posts"]?.let { assertEquals(it, posts, label) }
    }

    private suspend fun decide(step: Members): Decision = when (step["check"]) {
        "access_token" -> {
            val requirement = Requirement.fromJson(Json.write(step["requirement"] ?: emptyMap<String, Any>()))
            val request = request(step.members("request"))
            val token = request.authorization.singleOrNull()?.substringAfter("Bearer ", "")
            // Blanks before a token belong to its field, and to no token.
            val isTokenAlone = !token.isNullOrEmpty() && token == token.trim() && request.dpop.isEmpty() && request.certificateThumbprint == null
            if (way == Way.TOKEN && isTokenAlone && request.authorization.single() == "Bearer $token") {
                caught { validator.validate(checkNotNull(token), requirement) }
            } else {
                validator.check(request, requirement)
            }
        }
        "id_token" -> caught { validator.checkIdToken(step.text("token"), expectations(step)) }
        "logout_token" -> caught { validator.checkLogoutToken(step.text("token")) }
        else -> error("unknown check ${step["check"]}")
    }

    private fun detail(decision: Decision): Members = (decision as Decision.Deny).denied.detail.run {
        mapOf(
            "reason" to reason,
            "member" to member,
            "problem" to problem?.name?.lowercase(),
            "found" to found,
            "wanted" to wanted,
            "leeway" to leeway,
            "kid" to kid,
            "iss" to iss,
            "exp" to exp,
            "trouble" to trouble?.run {
                mapOf(
                    "cause" to cause.wireName,
                    "url" to url,
                    "status" to status?.toLong(),
                    "message" to message,
                    "hint" to hint,
                )
            },
        )
    }

    /** Whether every member that is expected is there, and equal. */
    private fun agrees(expected: Any?, found: Any?): Boolean =
        if (expected is Map<*, *>) {
            expected.all { (name, value) -> agrees(value, (found as? Map<*, *>)?.get(name)) }
        } else {
            expected == found
        }

    private suspend fun caught(check: suspend () -> Claims): Decision = try {
        Decision.Allow(check(), null)
    } catch (denied: Denied) {
        Decision.Deny(denied)
    }

    private fun request(members: Members) = Request(
        members.texts("authorization"),
        members.texts("dpop"),
        members["method"] as String? ?: "",
        members["url"] as String? ?: "",
        members["certificate_thumbprint"] as String?,
    )

    private fun expectations(step: Members): IdTokenExpectations {
        val members = step["expectations"]?.let { step.members("expectations") } ?: return IdTokenExpectations()
        return IdTokenExpectations(
            nonce = members["nonce"] as String?,
            maxAge = members["max_age"] as Long?,
            acrValues = members.texts("acr_values"),
            accessToken = members["access_token"] as String?,
            code = members["code"] as String?,
        )
    }

    private fun described(decision: Decision): Members = when (decision) {
        is Decision.Allow -> mapOf("allow" to decision.claims.all) +
            listOfNotNull(decision.dpopNonce?.let { "dpop_nonce" to it })
        is Decision.Deny -> mapOf(
            "deny" to mapOf(
                "status" to decision.denied.status.toLong(),
                "www_authenticate" to decision.denied.wwwAuthenticate,
                "dpop_nonce" to decision.denied.dpopNonce,
                "rule" to decision.denied.rule,
                "error" to decision.denied.error,
            ).filterValues { it != null },
        )
    }

    private val answered = mutableMapOf<String, Int>()

    private fun answer(fetch: Fetch): FetchResponse {
        val name = when (fetch.method) {
            "RESOLVE" -> "resolve:${fetch.url}"
            "REMEMBER" -> "remember"
            else -> fetch.url
        }
        fetched += name
        if (fetch.method == "POST") {
            val authorization = fetch.headers.firstOrNull { (name, _) -> name.equals("Authorization", true) }?.second
            posts += mapOf("authorization" to authorization, "body" to fetch.body)
        }
        val known = case["responses"]?.let { case.members("responses")[name] }
        val turn = answered.merge(name, 1, Int::plus)!! - 1
        val response = (if (known is List<*>) known.getOrNull(turn) ?: known.last() else known) as Map<*, *>?
        if (response == null || response["fails"] == true) {
            throw FetchException(Cause.of(response?.get("cause") as String? ?: "other"), "connection refused")
        }
        val body = response["body"] as String + " ".repeat((response["padding"] as Long? ?: 0).toInt())
        return FetchResponse(
            (response["status"] as Long).toInt(),
            body.toByteArray(),
            response["content_type"] as String?,
            response["cache_control"] as String?,
        )
    }
}

@Suppress("UNCHECKED_CAST")
private fun Members.list(name: String) = this[name] as List<Members>

@Suppress("UNCHECKED_CAST")
private fun Members.members(name: String) = this[name] as Members

private fun Members.text(name: String) = this[name] as String

private fun Members.texts(name: String) = (this[name] as List<*>? ?: emptyList<String>()).map { it as String }
