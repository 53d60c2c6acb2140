package application;

import dev.credenza.events.Event;
import dev.credenza.events.WebhookAnswer;
import dev.credenza.events.Webhooks;
import dev.credenza.kit.Features;
import dev.credenza.kit.Problem;
import dev.credenza.spring.kit.BodyLimited;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.env.Environment;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Webhooks, and what was handled. */
@RestController
class Hooks {
    private final Webhooks webhooks;
    private final Handled hooked = new Handled();
    private final Features features;
    private final Streams streams;

    Hooks(Environment environment, Features features, Streams streams) {
        this.features = features;
        webhooks = new Webhooks(List.of(environment.getRequiredProperty("WEBHOOK_SECRETS").split(",")));
        this.streams = streams;
    }

    @PostMapping("/hooks/credenza")
    @BodyLimited(1_048_576)
    ResponseEntity<Void> receive(HttpServletRequest request, @RequestBody byte[] body) throws Exception {
        WebhookAnswer answer =
                webhooks.receiveBlocking(
                        name -> Collections.list(request.getHeaders(name)), body, this::handle);
        if (answer.getProblem() == null) {
            return ResponseEntity.status(answer.getStatus()).build();
        }
        Integer wait = answer.getRetryAfter();
        Map<String, String> headers = wait == null ? Map.of() : Map.of("Retry-After", wait.toString());
        throw new Problem(answer.getStatus(), answer.getProblem(), null, Map.of(), headers);
    }

    private void handle(Event event) {
        if (event.getType().equals("features.changed")) {
            Object plan =
                    event.getData() == null
                            ? null
                            : JsonParserFactory.getJsonParser().parseMap(event.getData()).get("plan");
            features.drop(plan instanceof String name ? name : null);
        }
        hooked.add(event.getId());
    }

    @GetMapping("/hooks/seen")
    List<String> hooked() {
        return hooked.list();
    }

    @GetMapping("/events/seen")
    List<String> streamed() {
        return streams.handled();
    }
}
