package orders;

import static dev.credenza.spring.CredenzaConfigurer.credenza;
import static dev.credenza.spring.login.LoginConfigurer.credenzaLogin;
import static org.springframework.security.config.Customizer.withDefaults;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

/** Pages for people who are signed in, and an API that takes access tokens: each has a chain of its own. */
@SpringBootApplication
public class Application {
    @Bean
    @Order(1)
    SecurityFilterChain apiChain(HttpSecurity http) throws Exception {
        return http.securityMatcher("/api/**")
                .with(credenza(), withDefaults())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(rules -> rules.anyRequest().authenticated())
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain pagesChain(HttpSecurity http) throws Exception {
        return http.with(credenzaLogin(), withDefaults())
                .authorizeHttpRequests(
                        rules -> rules.requestMatchers("/", "/error").permitAll().anyRequest().authenticated())
                .build();
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }
}
