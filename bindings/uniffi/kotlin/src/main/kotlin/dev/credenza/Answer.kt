package dev.credenza

/** What the core answered: see `answer.rs` for the form. */
internal class Answer(val decision: Decision?, val fetch: Fetch?) {
    companion object {
        /** What the hot path answers: see `jvm.rs`. */
        fun read(bytes: ByteArray): Answer =
            if (bytes[0] != OTHER) allowed(bytes) else read(String(bytes, 1, bytes.size - 1, Charsets.UTF_8))

        fun read(text: String): Answer {
            val head = text.substringBefore('\n')
            val claims = text.substring(head.length + 1).toByteArray()
            if (head.isEmpty() && claims.isNotEmpty()) return allowed(claims)
            val members = Json.members(head)
            val decision = members["denied"]?.let { Decision.Deny(denied(it)) }
                ?: if (claims.isEmpty()) null else Decision.Allow(Claims(claims), members["dpop_nonce"] as String?)
            return Answer(decision, members["fetch"]?.let(Fetch::of))
        }

        private fun allowed(claims: ByteArray) = Answer(Decision.Allow(Claims(claims), null), null)

        private fun denied(value: Any): Denied {
            val members = value as Map<*, *>
            return Denied(
                status = (members["status"] as Long).toInt(),
                wwwAuthenticate = members["www_authenticate"] as String?,
                dpopNonce = members["dpop_nonce"] as String?,
                rule = members["rule"] as String,
                section = members["section"] as String,
                error = members["error"] as String?,
                description = members["description"] as String,
                detail = Detail.of(members["detail"] as Map<*, *>),
            )
        }

        /** Before every answer of the hot path that is more than claims. */
        private const val OTHER: Byte = 0
    }
}

/** Whether tokens could be checked: see `core.rs`. */
internal class Readiness(val trouble: Trouble?, val fetch: Fetch?) {
    companion object {
        fun read(text: String): Readiness = Json.members(text).let { members ->
            Readiness(members["trouble"]?.let { Trouble.of(it as Map<*, *>) }, members["fetch"]?.let(Fetch::of))
        }
    }
}

/** Replaces lone surrogates, which are not text, by U+FFFD: then the value is refused, instead of the call failing. */
internal fun String.wellFormed(): String =
    if (any(Char::isSurrogate)) String(toByteArray(Charsets.UTF_16BE), Charsets.UTF_16BE) else this

internal fun IdTokenExpectations.wellFormed(): IdTokenExpectations = IdTokenExpectations(
    nonce?.wellFormed(),
    maxAge,
    acrValues.map(String::wellFormed),
    accessToken?.wellFormed(),
    code?.wellFormed(),
)
