package dev.credenza.spring;

import dev.credenza.connectors.Guard;
import dev.credenza.connectors.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Answers requests that are refused: by the guard, or by rules of the application. */
public final class CredenzaEntryPoint implements AuthenticationEntryPoint, AccessDeniedHandler {
    private final Guard guard;

    /** Answers as this guard does. */
    public CredenzaEntryPoint(Guard guard) {
        this.guard = guard;
    }

    /**
     * With what the guard said; or, where the application asks for a caller and there is none, with
     * its challenge.
     */
    @Override
    public void commence(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException exception)
            throws IOException {
        if (exception instanceof RefusedException refused) {
            ServletExchange.write(response, refused.getRefusal());
        } else if (guard.checkBlocking(ServletExchange.read(request))
                instanceof Outcome.Refused refused) {
            ServletExchange.write(response, refused.getRefusal());
        } else {
            handle(request, response, null);
        }
    }

    /** A caller that the application's own rules do not let pass (RFC 6750 section 3.1). */
    @Override
    public void handle(
            HttpServletRequest request,
            HttpServletResponse response,
            AccessDeniedException exception) {
        response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        response.setHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
        response.setHeader("Cache-Control", "no-store");
    }
}
