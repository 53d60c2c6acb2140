package dev.credenza.spring;

import dev.credenza.connectors.Guard;
import dev.credenza.connectors.Incoming;
import dev.credenza.connectors.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Sees to it that a handler with {@link Protect} is called for no request but one that was checked
 * with its needs: where the filter did not run, or found another handler, the check is made here.
 */
final class ProtectInterceptor implements HandlerInterceptor {
    /** On a request that was checked here: whom it is from. */
    static final String CALLER = ProtectInterceptor.class.getName() + ".caller";

    private final Guard guard;
    private final HandlerNeeds needs;
    private final NeedsResolver stated;

    ProtectInterceptor(Guard guard, HandlerNeeds needs, NeedsResolver stated) {
        this.guard = guard;
        this.needs = needs;
        this.stated = stated;
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        RouteNeeds own = handler instanceof HandlerMethod method ? needs.of(method) : null;
        if (own == null) {
            return true;
        }
        RouteNeeds route = RouteNeeds.together(stated.resolve(request), own);
        if (route.needs().equals(request.getAttribute(CredenzaFilter.CHECKED))) {
            return true;
        }
        response.addHeader("Vary", "Authorization");
        Incoming incoming = ServletExchange.read(request);
        Outcome outcome = guard.checkBlocking(incoming, route.needs(), route.optional());
        if (outcome instanceof Outcome.Refused refused) {
            ServletExchange.write(response, refused.getRefusal());
            return false;
        }
        if (outcome instanceof Outcome.Allowed allowed) {
            request.setAttribute(CALLER, allowed.getCaller());
            if (allowed.getDpopNonce() != null) {
                response.setHeader("DPoP-Nonce", allowed.getDpopNonce());
            }
        }
        return true;
    }
}
