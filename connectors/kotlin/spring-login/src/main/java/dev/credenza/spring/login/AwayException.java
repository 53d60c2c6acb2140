package dev.credenza.spring.login;

import org.springframework.security.core.AuthenticationException;

/** The provider, or the store of sessions, is away: answered by 503. */
final class AwayException extends AuthenticationException {
    private static final long serialVersionUID = 1L;

    AwayException(Throwable cause) {
        super("sign-in is not available", cause);
    }
}
