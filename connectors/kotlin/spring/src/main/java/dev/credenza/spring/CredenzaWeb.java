package dev.credenza.spring;

import dev.credenza.connectors.Guard;
import dev.credenza.connectors.Metadata;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Ties the guard to Spring MVC. */
final class CredenzaWeb implements WebMvcConfigurer {
    private final Guard guard;
    private final Metadata metadata;
    private final HandlerNeeds annotated;
    private final NeedsResolver stated;

    CredenzaWeb(
            Guard guard,
            Metadata metadata,
            List<NeedsResolver> resolvers,
            ObjectProvider<HandlerMapping> handlers) {
        this.guard = guard;
        this.metadata = metadata;
        // The mapping is made with this: it is there when the first request comes.
        this.annotated = new HandlerNeeds(request -> handlers.getObject().getHandler(request));
        this.stated = request -> first(resolvers, request);
    }

    private static RouteNeeds first(List<NeedsResolver> resolvers, HttpServletRequest request) {
        for (NeedsResolver resolver : resolvers) {
            RouteNeeds needs = resolver.resolve(request);
            if (needs != null) {
                return needs;
            }
        }
        return null;
    }

    CredenzaFilter filter(AuthenticationEntryPoint entryPoint) {
        return new CredenzaFilter(guard, this::resolve, metadata, entryPoint);
    }

    private RouteNeeds resolve(HttpServletRequest request) {
        return RouteNeeds.together(stated.resolve(request), annotated.resolve(request));
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new ProtectInterceptor(guard, annotated, stated));
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArgumentResolver());
    }
}
