package dev.credenza.spring;

import dev.credenza.connectors.Caller;
import dev.credenza.connectors.Guard;
import dev.credenza.connectors.Incoming;
import dev.credenza.connectors.Metadata;
import dev.credenza.connectors.Needs;
import dev.credenza.connectors.Outcome;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Asks the guard about each request, with the needs of its route, and makes the caller known to
 * Spring Security.
 */
final class CredenzaFilter extends OncePerRequestFilter {
    /** On a request: the needs that it was checked with. */
    static final String CHECKED = CredenzaFilter.class.getName() + ".checked";

    /** On a request: that it may pass without a caller. */
    static final String OPEN = CredenzaFilter.class.getName() + ".open";

    private final RequestAttributeSecurityContextRepository contexts =
            new RequestAttributeSecurityContextRepository();
    private final Guard guard;
    private final NeedsResolver resolver;
    private final Metadata metadata;
    private final AuthenticationEntryPoint entryPoint;

    CredenzaFilter(
            Guard guard,
            NeedsResolver resolver,
            Metadata metadata,
            AuthenticationEntryPoint entryPoint) {
        this.guard = guard;
        this.resolver = resolver;
        this.metadata = metadata;
        this.entryPoint = entryPoint;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (metadata != null && isForMetadata(request)) {
            serveMetadata(request, response);
        } else if (isPassedPreflight(request)) {
            request.setAttribute(OPEN, true);
            chain.doFilter(request, response);
        } else {
            guard(request, response, chain);
        }
    }

    private void guard(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // What a cache keeps of one caller is not for another.
        response.addHeader("Vary", "Authorization");
        RouteNeeds route = resolver.resolve(request);
        Incoming incoming = ServletExchange.read(request);
        if (route == null && incoming.isBare()) {
            // Whether anybody may pass is for the rules of the application.
            chain.doFilter(request, response);
            return;
        }
        Needs needs = route == null ? Needs.NONE : route.needs();
        Outcome outcome = guard.checkBlocking(incoming, needs, route != null && route.optional());
        if (outcome instanceof Outcome.Refused refused) {
            SecurityContextHolder.clearContext();
            entryPoint.commence(request, response, new RefusedException(refused.getRefusal()));
        } else if (outcome instanceof Outcome.Allowed allowed) {
            request.setAttribute(CHECKED, needs);
            if (allowed.getDpopNonce() != null) {
                response.setHeader("DPoP-Nonce", allowed.getDpopNonce());
            }
            if (allowed.getCaller() == null) {
                request.setAttribute(OPEN, true);
            } else {
                remember(allowed.getCaller(), request, response);
            }
            chain.doFilter(request, response);
        }
    }

    /** For this request, and its asynchronous rest. */
    private void remember(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new CredenzaAuthentication(caller));
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
    }

    private boolean isPassedPreflight(HttpServletRequest request) {
        return guard.passesPreflight(
                request.getMethod(),
                request.getHeader("Origin"),
                request.getHeader("Access-Control-Request-Method"));
    }

    private boolean isForMetadata(HttpServletRequest request) {
        return request.getRequestURI()
                .substring(request.getContextPath().length())
                .equals(metadata.getPath());
    }

    private void serveMetadata(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        Metadata.HEADERS.forEach(response::setHeader);
        ServletExchange.json(response, metadata.getJson());
    }
}
