package dev.credenza.spring;

import dev.credenza.connectors.Caller;
import dev.credenza.connectors.Guard;
import dev.credenza.connectors.Incoming;
import dev.credenza.connectors.Outcome;
import java.util.List;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.Authentication;

/**
 * Checks a bearer token that came by another way than a field of a request, such as in the first
 * message of a WebSocket: the credentials of the authentication are the token.
 */
public final class CredenzaAuthenticationManager implements AuthenticationManager {
    private final Guard guard;

    /** Asks this guard. */
    public CredenzaAuthenticationManager(Guard guard) {
        this.guard = guard;
    }

    /** The caller; throws {@link RefusedException} where the token is refused. */
    @Override
    public Authentication authenticate(Authentication authentication) {
        if (!(authentication.getCredentials() instanceof String token)) {
            throw new BadCredentialsException("the credentials are no access token");
        }
        List<String> field = List.of("Bearer " + token);
        Outcome outcome =
                guard.checkBlocking(
                        new Incoming("", "", null, field, List.of(), () -> "", () -> null));
        if (outcome instanceof Outcome.Refused refused) {
            throw new RefusedException(refused.getRefusal());
        }
        Caller caller = ((Outcome.Allowed) outcome).getCaller();
        return new CredenzaAuthentication(caller);
    }
}
