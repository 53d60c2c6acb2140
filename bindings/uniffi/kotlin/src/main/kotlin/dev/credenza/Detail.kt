package dev.credenza

/**
 * Why a request was refused, for whoever runs the service. It is not for the answer: it tells what the validator wants
 * of a token.
 *
 * @property reason one line of English for a log.
 * @property member the header member, claim, or part of the request that it is about.
 * @property problem what is wrong with it.
 * @property found what was there, shortened.
 * @property wanted what would have passed.
 * @property leeway how far clocks may differ, in seconds, where a time was judged.
 * @property kid the key that the token names; not verified, like [iss] and [exp].
 * @property iss the issuer that the token names.
 * @property exp when the token says that it expires, in seconds since 1970.
 * @property trouble what is wrong with the issuer's metadata or keys, where that is the reason or explains it.
 */
public class Detail internal constructor(
    public val reason: String,
    public val member: String?,
    public val problem: Problem?,
    public val found: List<String>,
    public val wanted: List<String>,
    public val leeway: Long?,
    public val kid: String?,
    public val iss: String?,
    public val exp: Long?,
    public val trouble: Trouble?,
) {
    override fun toString(): String = reason

    /** What is wrong with a member. */
    public enum class Problem {
        /** It is not there. */
        MISSING,

        /** It is of another kind, such as a number where a text has to be. */
        WRONG_KIND,

        /** Its value does not fit. */
        OTHER,
    }

    internal companion object {
        fun of(members: Map<*, *>): Detail = Detail(
            reason = members["reason"] as String,
            member = members["member"] as String?,
            problem = members["problem"]?.let { problem(it as String) },
            found = texts(members["found"]),
            wanted = texts(members["wanted"]),
            leeway = members["leeway"] as Long?,
            kid = members["kid"] as String?,
            iss = members["iss"] as String?,
            exp = (members["exp"] as Number?)?.toLong(),
            trouble = members["trouble"]?.let { Trouble.of(it as Map<*, *>) },
        )

        private fun problem(name: String) = Problem.entries.firstOrNull { it.name.lowercase() == name } ?: Problem.OTHER

        private fun texts(value: Any?) = (value as List<*>?).orEmpty().map { it as String }
    }
}

/**
 * What is wrong with something that the validator fetched, or tried to.
 *
 * @property cause the kind of trouble.
 * @property url what was fetched.
 * @property status the status of the answer, where there was one.
 * @property message more, in words.
 * @property hint what may mend it.
 */
public class Trouble internal constructor(
    public val cause: Cause,
    public val url: String,
    public val status: Int?,
    public val message: String?,
    public val hint: String?,
) {
    override fun toString(): String = buildString {
        append(cause.wireName).append(" at ").append(url)
        status?.let { append(", status ").append(it) }
        message?.let { append(", ").append(it) }
        hint?.let { append("; ").append(it) }
    }

    internal companion object {
        fun of(members: Map<*, *>): Trouble = Trouble(
            cause = Cause.of(members["cause"] as String),
            url = members["url"] as String? ?: "",
            status = (members["status"] as Long?)?.toInt(),
            message = members["message"] as String?,
            hint = members["hint"] as String?,
        )
    }
}

/**
 * [Validator.ready] found something that tokens could not be checked with.
 *
 * @property trouble what it is.
 */
public class NotReady internal constructor(public val trouble: Trouble) : Exception("$trouble")
