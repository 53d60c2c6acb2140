package orders;

import dev.credenza.spring.login.AccessTokens;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.HtmlUtils;

/** The pages. They call the API as any other service does: with the person's token, or as the job that has its own. */
@RestController
public class Pages {
    private final AccessTokens tokens;
    private final Job job;
    private final RestClient api;

    Pages(AccessTokens tokens, Job job, @Value("${api}") String api) {
        this.tokens = tokens;
        this.job = job;
        this.api = RestClient.create(api);
    }

    @GetMapping(value = "/", produces = MediaType.TEXT_HTML_VALUE)
    String home() {
        return page("<p><a href=/account>Sign in</a>");
    }

    @GetMapping(value = "/account", produces = MediaType.TEXT_HTML_VALUE)
    String account(@AuthenticationPrincipal OidcUser user, HttpServletRequest request) {
        String orders = get(tokens.of(request));
        return page("<p>You are " + escaped(user.getPreferredUsername() == null ? user.getSubject() : user.getPreferredUsername())
                + "<p>" + escaped(orders)
                + "<p><a href=/report>Report</a><form method=post action=/auth/logout><button>Sign out</button></form>");
    }

    @GetMapping(value = "/report", produces = MediaType.TEXT_HTML_VALUE)
    String report() {
        return page("<p>The job says: " + escaped(job.orders()));
    }

    private String get(String token) {
        return api.get().uri("/orders").header("Authorization", "Bearer " + token).retrieve().body(String.class);
    }

    private static String page(String body) {
        return "<!doctype html><html lang=en><title>Orders</title><h1>Orders</h1>" + body;
    }

    private static String escaped(String text) {
        return HtmlUtils.htmlEscape(text);
    }
}
