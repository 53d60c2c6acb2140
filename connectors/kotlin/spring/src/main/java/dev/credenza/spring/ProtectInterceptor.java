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
    private final NeedsResolver resolver;

    ProtectInterceptor(Guard guard, HandlerNeeds needs, NeedsResolver resolver) {
        this.guard = guard;
        this.needs = needs;
        this.resolver = resolver;
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        RouteNeeds route = handler instanceof HandlerMethod method ? needs.of(method) : null;
        if (route == null || isChecked(request, route)) {
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

    /** With these needs, or with those that the application states for the path in their place. */
    private boolean isChecked(HttpServletRequest request, RouteNeeds route) {
        Object checked = request.getAttribute(CredenzaFilter.CHECKED);
        if (checked == null || checked.equals(route.needs())) {
            return checked != null;
        }
        RouteNeeds resolved = resolver.resolve(request);
        return resolved != null && checked.equals(resolved.needs());
    }
}
