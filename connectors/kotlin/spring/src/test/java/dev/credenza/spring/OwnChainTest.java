// Chart 916
package dev.credenza.spring;

import static dev.credenza.spring.CredenzaConfigurer.credenza;
import static dev.credenza.spring.StarterTest.send;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.credenza.Fetcher;
import dev.credenza.TestIssuer;
import dev.credenza.connectors.Caller;
import dev.credenza.connectors.Testing;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Applications with a security filter chain of their own. */
class OwnChainTest {
    private static final String API = "https://api.example";
    private static final TestIssuer ISSUER = new TestIssuer("https://id.example");

    @Test
    void handlersAreGuardedInAChainWithoutTheGuard() throws Exception {
        try (ConfigurableApplicationContext application = run(Forgetful.class)) {
            assertEquals(200, send(application, "GET", "/open", null).statusCode());
            assertEquals(401, send(application, "GET", "/orders", null).statusCode());
            assertEquals(403, send(application, "GET", "/orders", bearer()).statusCode());
            HttpResponse<String> good = send(application, "GET", "/orders", bearer("orders:read"));
            assertEquals("hello user", good.body());
            assertEquals("Authorization", good.headers().firstValue("Vary").orElse(""));
        }
    }

    @Test
    void aChainWithTheGuardHasRulesAndAnswersOfItsOwn() throws Exception {
        try (ConfigurableApplicationContext application = run(Careful.class)) {
            assertEquals(200, send(application, "GET", "/open", null).statusCode());
            HttpResponse<String> none = send(application, "GET", "/orders", null);
            assertEquals(401, none.statusCode());
            assertEquals("{\"error\":\"token_missing\"}", none.body());
            assertEquals(
                    "hello user",
                    send(application, "GET", "/orders", bearer("orders:read")).body());
            // The protection against forged requests of browsers is on, and none is needed with a
            // token.
            assertEquals(
                    200, send(application, "POST", "/orders", bearer("orders:read")).statusCode());
            assertEquals(403, send(application, "POST", "/open", null).statusCode());
        }
    }

    private static String bearer(String... scopes) {
        return Testing.bearer(ISSUER, API, List.of(scopes));
    }

    private static ConfigurableApplicationContext run(Class<?> application) {
        return new SpringApplicationBuilder(application, Routes.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "logging.level.root=off",
                        "credenza.issuer=https://id.example",
                        "credenza.audience=" + API)
                .run();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Forgetful {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(rules -> rules.anyRequest().permitAll()).build();
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Careful {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.with(
                            credenza(),
                            guard ->
                                    guard.authenticationEntryPoint(
                                            (request, response, refused) -> {
                                                String rule =
                                                        ((RefusedException) refused)
                                                                .getRefusal()
                                                                .getRule();
                                                response.setStatus(401);
                                                response.getWriter()
                                                        .write("{\"error\":\"" + rule + "\"}");
                                            }))
                    .authorizeHttpRequests(
                            rules ->
                                    rules.requestMatchers("/open")
                                            .permitAll()
                                            .anyRequest()
                                            .authenticated())
                    .build();
        }
    }

    @RestController
    static class Routes {
        @GetMapping("/orders")
        @Protect(scopes = "orders:read")
        String orders(Caller caller) {
            return "hello " + caller.getSub();
        }

        @PostMapping("/orders")
        @Protect(scopes = "orders:read")
        String order(Caller caller) {
            return "hello " + caller.getSub();
        }

        @GetMapping("/open")
        String open() {
            return "open";
        }

        @PostMapping("/open")
        String change() {
            return "changed";
        }

        @Bean
        Fetcher fetcher() {
            return dev.credenza.Testing.fetcher(ISSUER, Clock.systemUTC());
        }
    }
}
