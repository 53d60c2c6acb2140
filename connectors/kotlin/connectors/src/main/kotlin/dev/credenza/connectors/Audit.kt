package dev.credenza.connectors

import kotlinx.serialization.json.JsonPrimitive
import org.slf4j.LoggerFactory

/** The log: one record for each refusal, never with the token, nor with the query of the URL. */
internal class Audit {
    private val logger = LoggerFactory.getLogger("dev.credenza.connectors.Guard")

    fun tell(request: Incoming, refusal: Refusal) {
        if (!logger.isInfoEnabled) return
        val members = members(request, refusal)
        val text = members.joinToString(" ", "refused: ") { (name, value) -> "$name=${shown(value)}" }
        members.fold(logger.atInfo()) { record, (name, value) -> record.addKeyValue(name, value) }.log(text)
    }

    private fun members(request: Incoming, refusal: Refusal): List<Pair<String, Any>> = listOfNotNull(
        "rule" to refusal.rule,
        "status" to refusal.status,
        "method" to request.method,
        "path" to request.path,
        "reason" to refusal.reason,
        refusal.kid?.let { "kid" to it },
        refusal.iss?.let { "iss" to it },
        refusal.audience.takeIf(List<String>::isNotEmpty)?.let { "aud" to it.joinToString(" ") },
        refusal.exp?.let { "exp" to it },
    )

    /** In quotes where it is not a plain word, so that no value looks like another member, or like another line. */
    private fun shown(value: Any): String {
        val text = value.toString()
        return if (PLAIN.matches(text)) text else JsonPrimitive(text).toString()
    }

    private companion object {
        val PLAIN = Regex("[A-Za-z0-9_.:/@+-]+")
    }
}
