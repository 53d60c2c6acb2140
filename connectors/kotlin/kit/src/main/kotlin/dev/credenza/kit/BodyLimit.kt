package dev.credenza.kit

/**
 * How long the body of a request may be. The limit of a route replaces that of the application, and counts when the body is
 * read.
 *
 * @property bytes how many bytes.
 */
public class BodyLimit(public val bytes: Long) {
    init {
        require(bytes >= 0) { "the limit of a body has to be 0 bytes or more" }
    }

    /** Refuses a body by the length that it says to have; null where it says none. Throws a [Problem] with 413. */
    public fun checkLength(length: Long?) {
        if (length != null && length > bytes) throw tooLarge()
    }

    /** Refuses a body of which so many bytes were read. Throws a [Problem] with 413. */
    public fun checkRead(count: Long): Unit = checkLength(count)

    private fun tooLarge() = Problem(TOO_LARGE, "body_too_large", members = mapOf("limit" to bytes))

    private companion object {
        const val TOO_LARGE = 413
    }
}
