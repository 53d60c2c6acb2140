// Chart 916: Spring Security with the starter | annotation, authorities, caller, Actuator, issuer
// down at the start, settings
package dev.credenza.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.credenza.FetchResponse;
import dev.credenza.Fetcher;
import dev.credenza.TestIssuer;
import dev.credenza.TestResponse;
import dev.credenza.connectors.Caller;
import dev.credenza.connectors.Testing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

class StarterTest {
    private static final String API = "https://api.example";
    private static final TestIssuer ISSUER = new TestIssuer("https://id.example");
    private static volatile boolean isAway;
    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start() {
        application = run("--credenza.issuer=https://id.example", "--credenza.audience=" + API);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void handlersAskForWhatTheirAnnotationsSay() throws Exception {
        assertEquals("hello user", send("GET", "/orders", bearer("orders:read")).body());
        HttpResponse<String> none = send("GET", "/orders", null);
        assertEquals(401, none.statusCode());
        assertEquals("Bearer scope=\"orders:read\"", challenge(none));
        assertEquals("no-store", none.headers().firstValue("Cache-Control").orElse(""));
        HttpResponse<String> narrow = send("GET", "/orders", bearer("other"));
        assertEquals(403, narrow.statusCode());
        assertTrue(challenge(narrow).endsWith("scope=\"orders:read\""), challenge(narrow));
        assertEquals(
                401,
                send("GET", "/orders", Testing.bearer(ISSUER, "https://b.example")).statusCode());
    }

    @Test
    void whatStandsOnClassAndHandlerIsAskedForTogether() throws Exception {
        assertEquals(200, send("GET", "/admin/all", claims("admin", "x")).statusCode());
        assertEquals(403, send("GET", "/admin/all", claims("admin", "other")).statusCode());
        assertEquals(403, send("GET", "/admin/all", claims("guest", "x")).statusCode());
        assertEquals(200, send("GET", "/admin/plain", claims("admin", "other")).statusCode());
    }

    @Test
    void whatHasNoAnnotationAsksForAToken() throws Exception {
        assertEquals(401, send("GET", "/plain", null).statusCode());
        assertEquals("Bearer", challenge(send("GET", "/plain", null)));
        assertEquals(200, send("GET", "/plain", bearer()).statusCode());
        assertEquals(401, send("GET", "/nowhere", null).statusCode());
        assertEquals(404, send("GET", "/nowhere", bearer()).statusCode());
        assertEquals(405, send("DELETE", "/orders", bearer("orders:read")).statusCode());
        assertEquals(200, send("POST", "/orders", bearer()).statusCode());
    }

    @Test
    void optionalHandlersLetNobodyThrough() throws Exception {
        assertEquals("hello nobody", send("GET", "/feed", null).body());
        assertEquals("hello user", send("GET", "/feed", bearer()).body());
        assertEquals(401, send("GET", "/feed", "Bearer x.y.z").statusCode());
        assertEquals(401, send("GET", "/feed", "Basic YTpi").statusCode());
    }

    @Test
    void rulesOfSpringSecuritySeeTheCaller() throws Exception {
        assertEquals("user", send("GET", "/method", bearer("orders:write")).body());
        HttpResponse<String> refused = send("GET", "/method", bearer("orders:read"));
        assertEquals(403, refused.statusCode());
        assertEquals("Bearer error=\"insufficient_scope\"", challenge(refused));
    }

    @Test
    void tokensThatComeByAnotherWayAreChecked() {
        AuthenticationManager manager = application.getBean(AuthenticationManager.class);
        String token = bearer("orders:read").substring("Bearer ".length());
        Authentication caller =
                manager.authenticate(new PreAuthenticatedAuthenticationToken("", token));
        assertEquals("user", caller.getName());
        assertTrue(caller.getAuthorities().toString().contains("SCOPE_orders:read"));
        RefusedException refused =
                assertThrows(
                        RefusedException.class,
                        () ->
                                manager.authenticate(
                                        new PreAuthenticatedAuthenticationToken("", "x.y.z")));
        assertEquals(401, refused.getRefusal().getStatus());
    }

    @Test
    void theHealthOfTheServiceIsOpenAndTheRestOfActuatorIsNot() throws Exception {
        assertEquals(200, send("GET", "/actuator/health", null).statusCode());
        assertEquals(401, send("GET", "/actuator/info", null).statusCode());
        assertEquals(200, send("GET", "/actuator/info", bearer()).statusCode());
    }

    @Test
    void metadataAreServed() throws Exception {
        HttpResponse<String> document = send("GET", "/.well-known/oauth-protected-resource", null);
        assertEquals(200, document.statusCode());
        assertTrue(document.body().contains("\"resource\":\"" + API + "\""), document.body());
    }

    @Test
    void aStartWhileTheIssuerIsDownRecovers() throws Exception {
        isAway = true;
        String[] properties = {
            "--credenza.issuer=https://id.example",
            "--credenza.audience=" + API,
            "--credenza.key-cache.cooldown=1"
        };
        try (ConfigurableApplicationContext late = run(properties)) {
            HttpResponse<String> refused = send(late, "GET", "/plain", bearer());
            assertEquals(503, refused.statusCode());
            assertEquals("5", refused.headers().firstValue("Retry-After").orElse(""));
            isAway = false;
            Instant deadline = Instant.now().plusSeconds(15);
            int status = 503;
            while (status == 503 && Instant.now().isBefore(deadline)) {
                Thread.sleep(300);
                status = send(late, "GET", "/plain", bearer()).statusCode();
            }
            assertEquals(200, status);
        } finally {
            isAway = false;
        }
    }

    @Test
    void wrongSettingsAreNamed() {
        assertEquals("credenza.issuer", refused("--credenza.audience=" + API));
        assertEquals("credenza.audience", refused("--credenza.issuer=https://id.example"));
        String[] leeway = {
            "--credenza.issuer=https://id.example",
            "--credenza.audience=" + API,
            "--credenza.leeway=900"
        };
        assertEquals("credenza.leeway", refused(leeway));
        assertThrows(
                Exception.class,
                () ->
                        run(
                                "--credenza.issuer=https://id.example",
                                "--credenza.audience=" + API,
                                "--credenza.odd=1"));
    }

    private static String refused(String... properties) {
        Throwable thrown = assertThrows(Exception.class, () -> run(properties));
        while (thrown != null && !(thrown instanceof InvalidConfigurationPropertyValueException)) {
            thrown = thrown.getCause();
        }
        return thrown instanceof InvalidConfigurationPropertyValueException wrong
                ? wrong.getName()
                : null;
    }

    private static ConfigurableApplicationContext run(String... properties) {
        return new SpringApplicationBuilder(Api.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "management.endpoints.web.exposure.include=health,info",
                        "logging.level.root=off")
                .run(properties);
    }

    private static String bearer(String... scopes) {
        return Testing.bearer(ISSUER, API, List.of(scopes));
    }

    private static String claims(String role, String permission) {
        Map<String, Object> claims =
                Map.of("roles", List.of(role), "permissions", List.of(permission));
        return Testing.bearer(ISSUER, API, List.of(), claims);
    }

    private static String challenge(HttpResponse<String> response) {
        return response.headers().firstValue("WWW-Authenticate").orElse("");
    }

    private static HttpResponse<String> send(String method, String path, String authorization)
            throws Exception {
        return send(application, method, path, authorization);
    }

    /** The answer of an application to a request, with this field unless it is null. */
    static HttpResponse<String> send(
            ConfigurableApplicationContext context,
            String method,
            String path,
            String authorization)
            throws Exception {
        String origin =
                "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(origin + path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @EnableMethodSecurity
    @RestController
    static class Api {
        @GetMapping("/orders")
        @Protect(scopes = "orders:read")
        String orders(Caller caller) {
            return "hello " + caller.getSub();
        }

        @PostMapping("/orders")
        @Protect
        String order(Caller caller) {
            return "hello " + caller.getSub();
        }

        @GetMapping("/feed")
        @Protect(optional = true)
        String feed(Caller caller) {
            return "hello " + (caller == null ? "nobody" : caller.getSub());
        }

        @GetMapping("/plain")
        String plain() {
            return "hello";
        }

        @GetMapping("/method")
        @PreAuthorize("hasAuthority('SCOPE_orders:write')")
        String method(@AuthenticationPrincipal Caller caller) {
            return caller.getSub();
        }

        @Bean
        Admin admin() {
            return new Admin();
        }

        @Bean
        Fetcher fetcher() {
            return Fetcher.blocking(
                    fetch -> {
                        if (isAway) {
                            throw new IOException("away");
                        }
                        TestResponse response =
                                ISSUER.respond(fetch.getUrl(), Instant.now().getEpochSecond());
                        return new FetchResponse(
                                response.getStatus(), response.getBody().getBytes());
                    });
        }
    }

    @RestController
    @RequestMapping("/admin")
    @Protect(roles = "admin")
    static class Admin {
        @GetMapping("/all")
        @Protect(permissions = "x")
        String all() {
            return "all";
        }

        @GetMapping("/plain")
        String plain() {
            return "plain";
        }
    }
}
