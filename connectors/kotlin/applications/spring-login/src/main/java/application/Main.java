package application;

import static dev.credenza.spring.login.LoginConfigurer.credenzaLogin;
import static org.springframework.security.config.Customizer.withDefaults;

import dev.credenza.login.Session;
import dev.credenza.spring.login.AccessTokens;
import dev.credenza.spring.login.LoginAuthentication;
import dev.credenza.spring.login.LoginCustomizer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The application that the shared cases of sign-in are run against. */
@SpringBootApplication
@RestController
public class Main {
    private final AccessTokens tokens;

    Main(AccessTokens tokens) {
        this.tokens = tokens;
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
        return http.with(credenzaLogin(), withDefaults())
                .authorizeHttpRequests(
                        rules -> rules.requestMatchers("/").permitAll().anyRequest().authenticated())
                .build();
    }

    /** What is not always there. */
    @Bean
    LoginCustomizer asked() {
        return config -> {
            config.setResource(System.getenv("RESOURCE"));
            if (System.getenv("MAX_AGE") != null) {
                config.setMaxAge(Long.valueOf(System.getenv("MAX_AGE")));
            }
            if (System.getenv("ACR_VALUES") != null) {
                config.setAcrValues(List.of(System.getenv("ACR_VALUES").split(" ")));
            }
        };
    }

    @GetMapping(value = "/", produces = "text/plain")
    String index() {
        return "public";
    }

    @GetMapping(value = {"/protected", "/protected/**"}, produces = "text/html")
    String page(@AuthenticationPrincipal OidcUser user) {
        return "<!doctype html><p>" + user.getSubject() + "</p>";
    }

    @GetMapping(value = "/me", produces = "application/json")
    Map<String, Object> me(LoginAuthentication authentication) {
        Session session = authentication.getSession();
        Map<String, Object> me = new LinkedHashMap<>();
        me.put("sub", session.getSub());
        me.put("sid", session.getSid());
        me.put("name", session.getName());
        me.put("email", session.getEmail());
        me.put("acr", session.getAcr());
        me.put("auth_time", session.getAuthTime());
        return me;
    }

    @GetMapping(value = "/token", produces = "application/json")
    Map<String, String> token(HttpServletRequest request) {
        return Map.of("access_token", tokens.of(request));
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Main.class, arguments);
        System.out.println("listening on http://127.0.0.1:" + System.getenv("PORT"));
    }
}
