package application;

import dev.credenza.spring.Protect;
import dev.credenza.spring.kit.RateLimited;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What may be asked so often. */
@RestController
@Protect
class LimitRoutes {
    @GetMapping(value = "/limited", produces = "application/json")
    @RateLimited
    Map<String, Boolean> limited() {
        return Map.of("ok", true);
    }
}
