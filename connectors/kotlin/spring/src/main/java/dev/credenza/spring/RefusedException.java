package dev.credenza.spring;

import dev.credenza.connectors.Refusal;
import org.springframework.security.core.AuthenticationException;

/**
 * A request that the guard refused, for an {@code AuthenticationEntryPoint} with an answer of its
 * own.
 */
public final class RefusedException extends AuthenticationException {
    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
        super(refusal.getDescription());
        this.refusal = refusal;
    }

    /** What to answer, and why. */
    public Refusal getRefusal() {
        return refusal;
    }
}
