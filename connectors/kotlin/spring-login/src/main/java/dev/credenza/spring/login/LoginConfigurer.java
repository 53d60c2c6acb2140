package dev.credenza.spring.login;

import dev.credenza.login.Login;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.ExceptionHandlingConfigurer;
import org.springframework.security.config.annotation.web.configurers.LogoutConfigurer;
import org.springframework.security.config.annotation.web.configurers.RequestCacheConfigurer;
import org.springframework.security.config.annotation.web.configurers.SecurityContextConfigurer;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.session.DisableEncodeUrlFilter;

/**
 * Puts sign-in into a security filter chain: {@code http.with(credenzaLogin(), withDefaults())}.
 */
public final class LoginConfigurer extends AbstractHttpConfigurer<LoginConfigurer, HttpSecurity> {
    private LoginConfigurer() {}

    /** The sign-in of the application's properties. */
    public static LoginConfigurer credenzaLogin() {
        return new LoginConfigurer();
    }

    @Override
    @SuppressWarnings("unchecked")
    public void init(HttpSecurity http) {
        Login login = login(http);
        SecurityContextConfigurer<HttpSecurity> contexts =
                http.getConfigurer(SecurityContextConfigurer.class);
        contexts.securityContextRepository(new LoginContexts(login));
        ExceptionHandlingConfigurer<HttpSecurity> exceptions =
                http.getConfigurer(ExceptionHandlingConfigurer.class);
        exceptions.authenticationEntryPoint(new LoginEntryPoint(login));
        RequestCacheConfigurer<HttpSecurity> cache =
                http.getConfigurer(RequestCacheConfigurer.class);
        if (cache != null) {
            // The page that was asked for comes along in the sign-in.
            cache.requestCache(new NullRequestCache());
        }
        LogoutConfigurer<HttpSecurity> logout = http.getConfigurer(LogoutConfigurer.class);
        if (logout != null) {
            logout.disable();
        }
    }

    @Override
    public void configure(HttpSecurity http) {
        http.addFilterBefore(new LoginFilter(login(http)), DisableEncodeUrlFilter.class);
    }

    private static Login login(HttpSecurity http) {
        return http.getSharedObject(org.springframework.context.ApplicationContext.class)
                .getBean(Login.class);
    }
}
