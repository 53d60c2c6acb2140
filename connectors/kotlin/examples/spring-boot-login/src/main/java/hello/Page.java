package hello;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Page {
    @GetMapping(value = "/hello", produces = "text/html")
    String hello(@AuthenticationPrincipal OidcUser user) {
        return "<p>Hello, " + user.getSubject() + "<form method=post action=/auth/logout><button>Sign out</button></form>";
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Page.class, arguments);
    }
}
