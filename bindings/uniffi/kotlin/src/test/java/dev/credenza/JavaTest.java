package dev.credenza;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Java sees. */
class JavaTest {
    private final TestIssuer issuer = new TestIssuer("https://id.example");
    private final String settings = "{\"issuer\":\"https://id.example\",\"audience\":\"https://api.example\"}";
    private final Fetcher fetcher = Fetcher.blocking(this::fetch);

    @Test
    void checksByBlockingAndByFuture() throws Exception {
        String token = Testing.mint(issuer, Map.of("scope", "read"), "https://api.example");
        try (Validator validator = Validator.fromJson(settings, fetcher)) {
            assertEquals("user", validator.validateBlocking(token, Requirement.scopes("read")).getSub());
            assertEquals("user", validator.validateAsync(token).get().getSubject());
            Denied denied = assertThrows(Denied.class, () ->
                validator.validateBlocking(token, new Requirement(List.of("write"))));
            assertEquals(403, denied.getStatus());
            assertEquals("scope", denied.getRule());
            assertTrue(validator.checkBlocking(new Request(List.of("Bearer " + token))) instanceof Decision.Allow);
        }
    }

    private FetchResponse fetch(Fetch fetch) {
        TestResponse response = issuer.respond(fetch.getUrl(), Instant.now().getEpochSecond());
        return new FetchResponse(response.getStatus(), response.getBody().getBytes(StandardCharsets.UTF_8));
    }
}
