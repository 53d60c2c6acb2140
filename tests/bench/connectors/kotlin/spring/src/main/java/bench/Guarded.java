package bench;

import dev.credenza.spring.Protect;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The same route behind the starter. */
@SpringBootApplication(scanBasePackages = "none")
@RestController
public class Guarded {
    @GetMapping("/orders")
    @Protect(scopes = "orders:read")
    String orders() {
        return "orders";
    }

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(Guarded.class);
        application.setDefaultProperties(
                Map.of("credenza.issuer", System.getenv("ISSUER"), "credenza.audience", "https://api.example"));
        application.run(arguments);
    }
}
