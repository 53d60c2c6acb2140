package dev.credenza.spring;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Finds what the route of a request asks for, before it is known by whom the request is. A bean of
 * this type is asked before the annotations are; {@link ProtectedRoutes} is one that goes by paths.
 */
@FunctionalInterface
public interface NeedsResolver {
    /**
     * What the route asks for.
     *
     * @return null where this resolver does not know the route: then the rules of the security
     *     filter chain decide whether a request without a token may pass.
     */
    RouteNeeds resolve(HttpServletRequest request);
}
