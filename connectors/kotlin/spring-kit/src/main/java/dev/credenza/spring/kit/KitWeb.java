package dev.credenza.spring.kit;

import dev.credenza.kit.Exchange;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Ties the kit to Spring MVC. */
final class KitWeb implements WebMvcConfigurer {
    /** Behind the guard, whose caller the gates need. */
    private static final int BEHIND_THE_GUARD = 100;

    private final HandlerGates handlers;

    KitWeb(HandlerGates handlers) {
        this.handlers = handlers;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new KitInterceptor(handlers)).order(BEHIND_THE_GUARD);
    }

    /** Behind the application's own handlers of exceptions, and before Spring's. */
    @Override
    public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
        resolvers.add(Math.min(1, resolvers.size()), new ProblemResolver());
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new ExchangeResolver());
    }

    /** A parameter of type {@link Exchange}: what pages and gates are given. */
    private static final class ExchangeResolver implements HandlerMethodArgumentResolver {
        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Exchange.class;
        }

        @Override
        public Object resolveArgument(
                MethodParameter parameter,
                ModelAndViewContainer container,
                NativeWebRequest request,
                WebDataBinderFactory binders) {
            return KitState.of(request.getNativeRequest(HttpServletRequest.class));
        }
    }
}
