package dev.credenza.connectors

/**
 * The challenge to a token whose issuer is none of several: the only refusal that no validator makes, as each would say of
 * the token's key what is to be said of its issuer. It has the form of theirs.
 */
internal object Challenge {
    const val OTHER_ISSUER = "the token is of another issuer"

    fun ofOtherIssuer(facts: Facts, request: Incoming): String {
        val scheme = request.authorization.firstOrNull()?.trim()?.substringBefore(' ').orEmpty()
        return when {
            facts.dpop == null -> challenge(facts, "Bearer")
            facts.dpop.isRequired || scheme.equals("DPoP", ignoreCase = true) -> challenge(facts, "DPoP")
            scheme.equals("Bearer", ignoreCase = true) -> challenge(facts, "Bearer")
            else -> challenge(facts, "DPoP") + ", " + challenge(facts, "Bearer")
        }
    }

    private fun challenge(facts: Facts, scheme: String): String {
        val parameters = buildList {
            facts.realm?.let { add("realm=" + quoted(it)) }
            add("error=\"invalid_token\"")
            add("error_description=" + quoted(OTHER_ISSUER))
            if (scheme == "DPoP") add("algs=" + quoted(ProofAlgorithms.of(facts.dpop).joinToString(" ")))
            facts.resourceMetadata?.let { add("resource_metadata=" + quoted(it)) }
        }
        return "$scheme ${parameters.joinToString()}"
    }

    /** A quoted string (RFC 9110 section 5.6.4) that no text breaks out of. */
    private fun quoted(text: String): String = buildString {
        append('"')
        for (char in text) {
            if (char == '"' || char == '\\') append('\\')
            append(if (char in ' '..'~') char else '?')
        }
        append('"')
    }
}
