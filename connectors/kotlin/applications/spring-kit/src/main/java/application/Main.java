package application;

import static dev.credenza.spring.CredenzaConfigurer.credenza;
import static org.springframework.security.config.Customizer.withDefaults;

import dev.credenza.connectors.Guard;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

/** The application that the shared cases of the kit are run against. */
@SpringBootApplication
public class Main {
    /** Handlers say themselves what they ask for. */
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
        return http.with(credenza(), withDefaults())
                .sessionManagement(
                        session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests(rules -> rules.anyRequest().permitAll())
                .build();
    }

    public static void main(String[] arguments) {
        Guard guard = SpringApplication.run(Main.class, arguments).getBean(Guard.class);
        System.out.println("listening on http://127.0.0.1:" + System.getenv("PORT"));
        warm(guard);
    }

    /** Keys are fetched before somebody waits for them. */
    private static void warm(Guard guard) {
        try {
            guard.getIssuers().get(0).getValidator().readyBlocking();
        } catch (Exception away) {
            System.err.println("the issuer is not there yet: " + away.getMessage());
        }
    }
}
