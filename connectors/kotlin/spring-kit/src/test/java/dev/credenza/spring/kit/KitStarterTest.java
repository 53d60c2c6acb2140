// Chart 943: Kit in Spring Boot, what is its own | bodies by Jackson, exceptions with and without a
// handler, answers that come later, redirects, the chain of the starter
package dev.credenza.spring.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.credenza.Fetcher;
import dev.credenza.TestIssuer;
import dev.credenza.connectors.Testing;
import dev.credenza.kit.Log;
import dev.credenza.spring.Protect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        classes = KitStarterTest.Application.class,
        properties = {
            "credenza.issuer=https://id.example",
            "credenza.audience=https://api.example",
            "credenza.kit.body-limit=20B",
            "credenza.kit.roles.admin=*"
        })
class KitStarterTest {
    private static final TestIssuer ISSUER = new TestIssuer("https://id.example");
    private static final List<Map<String, ?>> RECORDS = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @Value("${local.server.port}")
    private int port;

    @BeforeEach
    void begin() {
        RECORDS.clear();
    }

    private HttpResponse<String> ask(String method, String path, String body, List<String> roles)
            throws Exception {
        String token =
                Testing.bearer(ISSUER, "https://api.example", List.of(), Map.of("roles", roles));
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", token)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void expect(int status, String within, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), () -> answer.body() + RECORDS);
        assertTrue(answer.body().contains(within), answer.body());
        assertEquals("nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""));
    }

    @Test
    void bodiesThatJacksonReadsAreLimited() throws Exception {
        expect(200, "{\"a\":1}", ask("POST", "/json", "{\"a\":1}", List.of()));
        String big = "{\"a\":\"" + "x".repeat(50) + "\"}";
        expect(413, "urn:problem:body_too_large", ask("POST", "/json", big, List.of()));
        expect(200, "x", ask("POST", "/big", big, List.of()));
        expect(400, "urn:problem:invalid_json", ask("POST", "/json", "{", List.of()));
    }

    @Test
    void ownHandlersOfExceptionsComeFirst() throws Exception {
        expect(418, "own", ask("GET", "/own", "", List.of()));
        expect(500, "urn:problem:internal_error", ask("GET", "/fail", "", List.of()));
        assertTrue(RECORDS.toString().contains("inside"));
    }

    @Test
    void whatIsAnsweredLaterIsOneRecord() throws Exception {
        expect(200, "later", ask("GET", "/later", "", List.of()));
        for (int tries = 0; tries < 100 && RECORDS.isEmpty(); tries++) {
            Thread.sleep(50);
        }
        Thread.sleep(100);
        assertEquals(1, RECORDS.size(), RECORDS.toString());
        assertEquals(200, RECORDS.get(0).get("status"));
        assertEquals("user", RECORDS.get(0).get("sub"));
    }

    @Test
    void gatesOfControllersAndHandlersAreAsked() throws Exception {
        expect(403, "permission_missing", ask("GET", "/gated", "", List.of()));
        expect(200, "gated", ask("GET", "/gated", "", List.of("admin")));
    }

    @Test
    void redirectsHaveTheHeadersToo() throws Exception {
        HttpResponse<String> answer = ask("GET", "/away", "", List.of());
        expect(302, "", answer);
        assertEquals(36, answer.headers().firstValue("X-Request-Id").orElse("").length());
    }

    @Test
    void theChainOfTheStarterLetsHealthThrough() throws Exception {
        URI live = URI.create("http://127.0.0.1:" + port + "/livez");
        HttpRequest request = HttpRequest.newBuilder(live).build();
        expect(200, "ok", client.send(request, HttpResponse.BodyHandlers.ofString()));
        HttpRequest none = HttpRequest.newBuilder(live.resolve("/later")).build();
        expect(401, "about:blank", client.send(none, HttpResponse.BodyHandlers.ofString()));
    }

    @SpringBootApplication
    @RestController
    static class Application {
        @Bean
        Fetcher fetcher() {
            return dev.credenza.Testing.fetcher(ISSUER);
        }

        @Bean
        Log log() {
            return (level, message, members) -> RECORDS.add(members);
        }

        @PostMapping("/json")
        Map<String, Object> json(@RequestBody Map<String, Object> body) {
            return body;
        }

        @PostMapping("/big")
        @BodyLimited(100)
        Map<String, Object> big(@RequestBody Map<String, Object> body) {
            return body;
        }

        @GetMapping("/own")
        String own() {
            throw new UnsupportedOperationException("own");
        }

        @GetMapping("/fail")
        String fail() {
            throw new IllegalStateException("inside");
        }

        @GetMapping("/later")
        @Protect
        Callable<String> later() {
            return () -> "later";
        }

        @GetMapping("/gated")
        @Protect
        @RequiresPermission("items:write")
        String gated() {
            return "gated";
        }

        @GetMapping("/away")
        ResponseEntity<Void> away() {
            return ResponseEntity.status(302).location(URI.create("/later")).build();
        }

        @ExceptionHandler
        ResponseEntity<String> handle(UnsupportedOperationException exception) {
            return ResponseEntity.status(418).body(exception.getMessage());
        }
    }
}
