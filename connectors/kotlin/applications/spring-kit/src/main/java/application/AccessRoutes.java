package application;

import dev.credenza.connectors.Caller;
import dev.credenza.kit.Features;
import dev.credenza.spring.Protect;
import dev.credenza.spring.kit.RequiresFeature;
import dev.credenza.spring.kit.RequiresPermission;
import dev.credenza.spring.kit.RequiresPlan;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What not everybody may do. */
@RestController
@Protect
class AccessRoutes {
    private static final Map<String, Boolean> OK = Map.of("ok", true);
    private final Features features;

    AccessRoutes(Features features) {
        this.features = features;
    }

    @GetMapping(value = "/edit", produces = "application/json")
    @RequiresPermission("items:write")
    Map<String, Boolean> edit() {
        return OK;
    }

    @GetMapping(value = "/reports", produces = "application/json")
    @RequiresPlan({"pro", "enterprise"})
    Map<String, Boolean> reports() {
        return OK;
    }

    @GetMapping(value = "/exports", produces = "application/json")
    @RequiresFeature("exports")
    Map<String, Boolean> exports() {
        return OK;
    }

    @GetMapping(value = "/projects", produces = "application/json")
    Map<String, Boolean> projects(Caller caller, @RequestParam("used") long used) {
        features.withinBlocking(caller, "projects", used);
        return OK;
    }
}
