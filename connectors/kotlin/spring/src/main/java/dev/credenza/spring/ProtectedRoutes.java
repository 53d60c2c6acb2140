package dev.credenza.spring;

import dev.credenza.connectors.Needs;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * What routes ask for, by path: for what is no handler of a controller, such as WebSockets,
 * functional routes or resources. The first pattern that fits counts. Paths are those below the
 * context path.
 *
 * <pre>{@code
 * @Bean
 * ProtectedRoutes routes() {
 *     return new ProtectedRoutes().protect("/live/**", Needs.scopes("orders:read"));
 * }
 * }</pre>
 */
public final class ProtectedRoutes implements NeedsResolver {
    private final List<Route> routes = new ArrayList<>();

    /** Asks for a token that fulfils the needs. */
    public ProtectedRoutes protect(String pattern, Needs needs) {
        return add(pattern, new RouteNeeds(needs, false));
    }

    /** The same, and lets requests without credentials through too. */
    public ProtectedRoutes optional(String pattern, Needs needs) {
        return add(pattern, new RouteNeeds(needs, true));
    }

    @Override
    public RouteNeeds resolve(HttpServletRequest request) {
        String within = request.getRequestURI().substring(request.getContextPath().length());
        PathContainer path = PathContainer.parsePath(within);
        for (Route route : routes) {
            if (route.pattern.matches(path)) {
                return route.needs;
            }
        }
        return null;
    }

    private ProtectedRoutes add(String pattern, RouteNeeds needs) {
        routes.add(new Route(PathPatternParser.defaultInstance.parse(pattern), needs));
        return this;
    }

    private record Route(PathPattern pattern, RouteNeeds needs) {}
}
