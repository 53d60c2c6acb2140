package dev.credenza.spring;

import dev.credenza.connectors.Guard;
import dev.credenza.connectors.Metadata;
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
    private final NeedsResolver resolver;

    CredenzaWeb(
            Guard guard,
            Metadata metadata,
            List<NeedsResolver> resolvers,
            ObjectProvider<HandlerMapping> handlers) {
        this.guard = guard;
        this.metadata = metadata;
        // The mapping is made with this: it is there when the first request comes.
        this.annotated = new HandlerNeeds(request -> handlers.getObject().getHandler(request));
        this.resolver =
                request -> {
                    for (NeedsResolver each : resolvers) {
                        RouteNeeds needs = each.resolve(request);
                        if (needs != null) {
                            return needs;
                        }
                    }
                    return annotated.resolve(request);
                };
    }

    CredenzaFilter filter(AuthenticationEntryPoint entryPoint) {
        return new CredenzaFilter(guard, resolver, metadata, entryPoint);
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new ProtectInterceptor(guard, annotated, resolver));
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArgumentResolver());
    }
}
