package dev.credenza.spring.login;

import dev.credenza.login.Login;
import dev.credenza.login.LoginConfig;
import dev.credenza.login.LoginSettingException;
import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ProviderNotFoundException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Makes the sign-in of the properties {@code credenza.login.*}, and a security filter chain that
 * asks for a session everywhere, unless the application has one of its own. Every bean can be
 * replaced.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "dev.credenza.spring.CredenzaAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public class LoginAutoConfiguration {
    /** Behind every chain for certain paths, and before Spring Boot's own. */
    private static final int LAST_CHAIN = Integer.MAX_VALUE - 6;

    /** The settings, from properties. */
    @Bean
    @ConditionalOnMissingBean
    @ConfigurationProperties(prefix = "credenza.login", ignoreUnknownFields = false)
    LoginConfig credenzaLoginConfig(Environment environment) {
        LoginConfig config = new LoginConfig();
        config.setIssuer(environment.getProperty("credenza.issuer"));
        return config;
    }

    /** The sign-in. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Login credenzaLogin(LoginConfig config, ObjectProvider<LoginCustomizer> customizers) {
        customizers.orderedStream().forEach(customizer -> customizer.customize(config));
        try {
            return new Login(config);
        } catch (LoginSettingException wrong) {
            throw new InvalidConfigurationPropertyValueException(
                    "credenza.login." + wrong.getSetting().replace('_', '-'),
                    null,
                    wrong.getReason());
        }
    }

    /** Access tokens for handlers. */
    @Bean
    @ConditionalOnMissingBean
    AccessTokens credenzaAccessTokens() {
        return new AccessTokens();
    }

    /** With it, Spring Boot makes up no user with a password. */
    @Bean
    @ConditionalOnMissingBean({
        AuthenticationManager.class,
        AuthenticationProvider.class,
        UserDetailsService.class
    })
    AuthenticationManager credenzaLoginAuthenticationManager() {
        return authentication -> {
            throw new ProviderNotFoundException("people sign in at the provider");
        };
    }

    /** The chain of an application that has none: a session is asked for everywhere. */
    @Bean
    @Order(LAST_CHAIN)
    @ConditionalOnMissingBean(SecurityFilterChain.class)
    SecurityFilterChain credenzaLoginSecurityFilterChain(HttpSecurity http) throws Exception {
        return http.with(LoginConfigurer.credenzaLogin(), Customizer.withDefaults())
                .authorizeHttpRequests(
                        rules ->
                                rules.dispatcherTypeMatchers(DispatcherType.ERROR)
                                        .permitAll()
                                        .anyRequest()
                                        .authenticated())
                .build();
    }
}
