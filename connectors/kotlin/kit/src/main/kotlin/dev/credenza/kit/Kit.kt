package dev.credenza.kit

import java.time.Duration

/**
 * What goes around all handlers.
 *
 * @property origin what clients see: scheme, host, port. On https, answers say to come back by https.
 * @property bodyLimit of the bodies of requests.
 * @property timeout how long a handler may take to begin its answer.
 * @property log takes a record of each request, and of each error.
 */
public class Kit @JvmOverloads constructor(
    public val origin: String? = null,
    public val bodyLimit: BodyLimit = BodyLimit(1_048_576),
    public val timeout: Duration = Duration.ofSeconds(10),
    public val log: Log = Log.json(),
) {
    init {
        require(!timeout.isNegative && !timeout.isZero) { "the timeout has to be above 0" }
    }

    /** The security headers of answers. */
    public val headers: SecurityHeaders = SecurityHeaders(origin.orEmpty().startsWith("https:", ignoreCase = true))
}
