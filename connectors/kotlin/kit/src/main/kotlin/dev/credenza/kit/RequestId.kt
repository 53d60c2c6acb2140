package dev.credenza.kit

import java.util.UUID

/** The id of a request, by which the log and the answer know it. */
public object RequestId {
    /** The field with it, in requests and answers. */
    public const val FIELD: String = "X-Request-Id"

    private val USABLE = Regex("[A-Za-z0-9._-]{1,128}")

    /** The id that a request brings in [FIELD], where that is there once, short and plain; otherwise a random UUID. */
    @JvmStatic
    public fun of(values: List<String>): String =
        values.singleOrNull()?.takeIf(USABLE::matches) ?: UUID.randomUUID().toString()
}
