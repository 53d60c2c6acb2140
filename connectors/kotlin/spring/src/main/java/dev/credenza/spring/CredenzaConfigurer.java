package dev.credenza.spring;

import org.springframework.context.ApplicationContext;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.config.annotation.web.configurers.ExceptionHandlingConfigurer;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;

/**
 * Puts the guard into a security filter chain of the application: {@code http.with(credenza(),
 * withDefaults())}. Without such a chain, there is one that asks for a token everywhere.
 */
public final class CredenzaConfigurer
        extends AbstractHttpConfigurer<CredenzaConfigurer, HttpSecurity> {
    private AuthenticationEntryPoint entryPoint;
    private AccessDeniedHandler deniedHandler;

    private CredenzaConfigurer() {}

    /** The guard of the application's properties. */
    public static CredenzaConfigurer credenza() {
        return new CredenzaConfigurer();
    }

    /**
     * Answers refused requests in place of the guard, such as with an envelope for errors; see
     * {@link RefusedException}.
     */
    public CredenzaConfigurer authenticationEntryPoint(AuthenticationEntryPoint entryPoint) {
        this.entryPoint = entryPoint;
        return this;
    }

    /** Answers where rules of the application do not let a caller pass. */
    public CredenzaConfigurer accessDeniedHandler(AccessDeniedHandler deniedHandler) {
        this.deniedHandler = deniedHandler;
        return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void init(HttpSecurity http) {
        CredenzaEntryPoint usual = context(http).getBean(CredenzaEntryPoint.class);
        entryPoint = entryPoint == null ? usual : entryPoint;
        deniedHandler = deniedHandler == null ? usual : deniedHandler;
        ExceptionHandlingConfigurer<HttpSecurity> exceptions =
                http.getConfigurer(ExceptionHandlingConfigurer.class);
        if (exceptions != null) {
            exceptions.authenticationEntryPoint(entryPoint).accessDeniedHandler(deniedHandler);
        }
        CsrfConfigurer<HttpSecurity> csrf = http.getConfigurer(CsrfConfigurer.class);
        if (csrf != null) {
            // A browser sends no such field by itself, so that no other site can make it.
            csrf.ignoringRequestMatchers(request -> request.getHeader("Authorization") != null);
        }
    }

    @Override
    public void configure(HttpSecurity http) {
        CredenzaWeb web = context(http).getBean(CredenzaWeb.class);
        http.addFilterBefore(web.filter(entryPoint), BasicAuthenticationFilter.class);
    }

    private static ApplicationContext context(HttpSecurity http) {
        return http.getSharedObject(ApplicationContext.class);
    }
}
