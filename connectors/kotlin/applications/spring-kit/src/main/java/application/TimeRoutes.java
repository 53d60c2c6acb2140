package application;

import dev.credenza.spring.kit.TimeLimited;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Handlers that take long, or fail. */
@RestController
@TimeLimited(300)
class TimeRoutes {
    @GetMapping(value = "/slow", produces = "application/json")
    Map<String, Long> slow(@RequestParam("ms") long milliseconds) throws InterruptedException {
        Thread.sleep(milliseconds);
        return Map.of("ms", milliseconds);
    }

    @GetMapping(value = "/slower", produces = "application/json")
    @TimeLimited(1_000)
    Map<String, Long> slower(@RequestParam("ms") long milliseconds) throws InterruptedException {
        return slow(milliseconds);
    }

    @GetMapping("/fail")
    String fail() {
        throw new IllegalStateException("inside-of-the-handler");
    }
}
