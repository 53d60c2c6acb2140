package hello;

import dev.credenza.connectors.Caller;
import dev.credenza.spring.Protect;
import dev.credenza.spring.kit.RateLimited;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Api {
    @GetMapping("/orders")
    @Protect(scopes = "orders:read")
    @RateLimited
    String orders(Caller caller) {
        return "Hello, " + caller.getSub();
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Api.class, arguments);
    }
}
