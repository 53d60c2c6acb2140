package dev.credenza.spring;

import static dev.credenza.spring.CredenzaConfigurer.credenza;

import dev.credenza.Fetcher;
import dev.credenza.SettingsException;
import dev.credenza.connectors.Guard;
import dev.credenza.connectors.GuardOptions;
import dev.credenza.connectors.Metadata;
import dev.credenza.connectors.SettingsDocument;
import dev.credenza.connectors.TrustedIssuer;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Makes the guard of the properties {@code credenza.*}, and a security filter chain that asks for a
 * token everywhere, unless the application has one of its own. Every bean can be replaced.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(CredenzaProperties.class)
public class CredenzaAutoConfiguration {
    /** Behind every chain for certain paths, and before Spring Boot's own. */
    private static final int LAST_CHAIN = Integer.MAX_VALUE - 5;

    /**
     * The guard: of the issuer of the properties, and of each bean of type {@link TrustedIssuer}. A
     * bean of type {@link Fetcher} takes the place of the validator's own HTTP client, as in tests.
     */
    @Bean
    @ConditionalOnMissingBean
    Guard credenzaGuard(
            CredenzaProperties properties,
            ObjectProvider<TrustedIssuer> further,
            ObjectProvider<Fetcher> fetcher) {
        List<TrustedIssuer> issuers = new ArrayList<>();
        if (properties.issuer() != null) {
            issuers.add(issuer(properties, fetcher.getIfAvailable()));
        }
        further.orderedStream().forEach(issuers::add);
        if (issuers.isEmpty()) {
            throw invalid(
                    "issuer", null, "is needed: the issuer of the tokens, exactly as in their iss");
        }
        return new Guard(
                issuers,
                new GuardOptions(properties.origin(), properties.preflight(), properties.debug()));
    }

    /** What answers refused requests. */
    @Bean
    @ConditionalOnMissingBean
    CredenzaEntryPoint credenzaEntryPoint(Guard guard) {
        return new CredenzaEntryPoint(guard);
    }

    /**
     * For tokens that come by another way; with it, Spring Boot makes up no user with a password.
     */
    @Bean
    @ConditionalOnMissingBean({
        AuthenticationManager.class,
        AuthenticationProvider.class,
        UserDetailsService.class
    })
    AuthenticationManager credenzaAuthenticationManager(Guard guard) {
        return new CredenzaAuthenticationManager(guard);
    }

    /** What ties the guard to Spring MVC. */
    @Bean
    CredenzaWeb credenzaWeb(
            Guard guard,
            CredenzaProperties properties,
            ObjectProvider<Metadata> metadata,
            ObjectProvider<NeedsResolver> resolvers,
            @Qualifier("requestMappingHandlerMapping") ObjectProvider<HandlerMapping> handlers) {
        Metadata document =
                metadata.getIfAvailable(
                        () ->
                                Metadata.of(
                                        guard,
                                        properties.resource(),
                                        properties.scopesSupported()));
        return new CredenzaWeb(guard, document, resolvers.orderedStream().toList(), handlers);
    }

    /**
     * The chain of an application that has none: a token is asked for everywhere but for the health
     * of the service.
     */
    @Bean
    @Order(LAST_CHAIN)
    @ConditionalOnMissingBean(SecurityFilterChain.class)
    SecurityFilterChain credenzaSecurityFilterChain(
            HttpSecurity http,
            @Value("${management.endpoints.web.base-path:/actuator}") String management)
            throws Exception {
        String health = management + "/health";
        return http.with(credenza(), Customizer.withDefaults())
                .sessionManagement(
                        session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests(
                        rules ->
                                rules.dispatcherTypeMatchers(DispatcherType.ERROR)
                                        .permitAll()
                                        .requestMatchers(
                                                request ->
                                                        request.getAttribute(CredenzaFilter.OPEN)
                                                                != null,
                                                request ->
                                                        isBelow(
                                                                health,
                                                                request.getRequestURI(),
                                                                request.getContextPath()))
                                        .permitAll()
                                        .anyRequest()
                                        .authenticated())
                .build();
    }

    private static boolean isBelow(String path, String uri, String context) {
        String within = uri.substring(context.length());
        return within.equals(path) || within.startsWith(path + "/");
    }

    private static TrustedIssuer issuer(CredenzaProperties properties, Fetcher fetcher) {
        try {
            return TrustedIssuer.fromJson(
                    SettingsDocument.write(properties.settings()), fetcher, Clock.systemUTC());
        } catch (SettingsException.Invalid wrong) {
            throw invalid(wrong.getSetting().replace('_', '-'), null, wrong.getReason());
        } catch (SettingsException wrong) {
            throw new IllegalStateException("credenza.*: " + wrong.getMessage(), wrong);
        }
    }

    private static InvalidConfigurationPropertyValueException invalid(
            String name, Object value, String reason) {
        return new InvalidConfigurationPropertyValueException("credenza." + name, value, reason);
    }
}
