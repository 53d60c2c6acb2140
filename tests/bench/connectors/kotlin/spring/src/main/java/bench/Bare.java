package bench;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A route without a guard, and without Spring Security. */
@SpringBootApplication(
        scanBasePackages = "none",
        excludeName = {
            "dev.credenza.spring.CredenzaAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration"
        })
@RestController
public class Bare {
    @GetMapping("/orders")
    String orders() {
        return "orders";
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Bare.class, arguments);
    }
}
