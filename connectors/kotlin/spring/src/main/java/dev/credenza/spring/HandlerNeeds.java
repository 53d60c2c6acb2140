package dev.credenza.spring;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;

/** The needs that {@link Protect} states on the handler to which a request will be mapped. */
final class HandlerNeeds implements NeedsResolver {
    /** Those whose handlers tell what an OPTIONS request to the same path is about. */
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final Map<Method, Optional<RouteNeeds>> known = new ConcurrentHashMap<>();
    private final HandlerMapping mapping;

    HandlerNeeds(HandlerMapping mapping) {
        this.mapping = mapping;
    }

    @Override
    public RouteNeeds resolve(HttpServletRequest request) {
        RouteNeeds own = find(new LookupRequest(request, request.getMethod()));
        if (own != null || !request.getMethod().equals("OPTIONS")) {
            return own;
        }
        for (String method : METHODS) {
            RouteNeeds needs = find(new LookupRequest(request, method));
            if (needs != null) {
                return needs;
            }
        }
        return null;
    }

    /** The needs of a handler; null where it states none. */
    RouteNeeds of(HandlerMethod handler) {
        return known.computeIfAbsent(
                        handler.getMethod(), method -> Optional.ofNullable(read(handler)))
                .orElse(null);
    }

    private RouteNeeds find(LookupRequest request) {
        try {
            HandlerExecutionChain chain = mapping.getHandler(request);
            return chain != null && chain.getHandler() instanceof HandlerMethod handler
                    ? of(handler)
                    : null;
        } catch (Exception unmapped) {
            // No handler takes it: the method, or the type of the body, is not supported.
            return null;
        }
    }

    private static RouteNeeds read(HandlerMethod handler) {
        Protect ofClass =
                AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), Protect.class);
        Protect ofMethod =
                AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Protect.class);
        if (ofClass == null || ofMethod == null) {
            Protect only = ofMethod == null ? ofClass : ofMethod;
            return only == null ? null : RouteNeeds.of(only);
        }
        RouteNeeds both = RouteNeeds.together(RouteNeeds.of(ofClass), RouteNeeds.of(ofMethod));
        // What stands on the handler says whether it is optional.
        return new RouteNeeds(both.needs(), ofMethod.optional());
    }
}
