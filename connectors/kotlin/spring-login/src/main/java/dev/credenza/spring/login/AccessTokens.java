package dev.credenza.spring.login;

import dev.credenza.login.Login;
import dev.credenza.login.StoreException;
import dev.credenza.login.TokenResult;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.authentication.InsufficientAuthenticationException;

/** Access tokens of whoever is signed in, for calls to APIs. */
public final class AccessTokens {
    AccessTokens() {}

    /**
     * An access token that is good now, refreshed where needed. Throws an {@link
     * org.springframework.security.core.AuthenticationException}, which Spring Security answers: by
     * 401 where there is no session any more, by 503 while the provider is away and the token at
     * hand has expired.
     */
    public String of(HttpServletRequest request) {
        TokenResult result = result((Login.Visit) request.getAttribute(LoginContexts.VISIT));
        if (result instanceof TokenResult.Usable usable) {
            return usable.getToken();
        }
        if (result instanceof TokenResult.Unavailable) {
            throw new AwayException(null);
        }
        throw new InsufficientAuthenticationException("there is no session");
    }

    private static TokenResult result(Login.Visit visit) {
        if (visit == null) {
            return TokenResult.SignedOut.INSTANCE;
        }
        try {
            return visit.accessTokenBlocking();
        } catch (StoreException away) {
            throw new AwayException(away);
        }
    }
}
