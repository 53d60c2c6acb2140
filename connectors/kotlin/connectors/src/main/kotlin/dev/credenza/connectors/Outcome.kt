package dev.credenza.connectors

/** What becomes of a request. */
public sealed interface Outcome {
    /**
     * It goes on.
     *
     * @property caller whom it is from; null where the route is optional and the request has no credentials.
     * @property dpopNonce the value of `DPoP-Nonce` for the answer, when the client's is about to expire (RFC 9449 8.2).
     */
    public class Allowed internal constructor(public val caller: Caller?, public val dpopNonce: String?) : Outcome

    /**
     * It is answered at once.
     *
     * @property refusal the answer.
     */
    public class Refused internal constructor(public val refusal: Refusal) : Outcome
}
