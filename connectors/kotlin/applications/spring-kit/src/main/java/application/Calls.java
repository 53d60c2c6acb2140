package application;

import static application.CallProblems.calling;

import dev.credenza.service.NewUser;
import dev.credenza.service.Service;
import dev.credenza.service.ServiceClient;
import dev.credenza.service.ServiceConfig;
import dev.credenza.service.User;
import dev.credenza.service.UserKey;
import dev.credenza.service.Users;
import dev.credenza.spring.Protect;
import dev.credenza.spring.kit.TimeLimited;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Calls of others: as this application, on behalf of the caller, and of the admin API. */
@RestController
@TimeLimited(30_000)
@RequestMapping(path = "/call", produces = MediaType.APPLICATION_JSON_VALUE)
class Calls implements DisposableBean {
    private final ServiceClient client;
    private final String url;
    private final Service machine;
    private final Users users;

    Calls(Environment environment) {
        ServiceConfig config = new ServiceConfig();
        config.setIssuer(environment.getProperty("ISSUER"));
        config.setClientId(environment.getProperty("CLIENT_ID"));
        config.setClientSecret(environment.getProperty("CLIENT_SECRET"));
        client = new ServiceClient(config);
        url = environment.getProperty("SERVICE_URL", "http://127.0.0.1:9");
        machine = client.service(url, List.of("orders:read"));
        users = client.getUsers();
    }

    @GetMapping("/machine")
    String machine() {
        return calling(() -> machine.callBlocking(machine.request("/machine").build())).text();
    }

    @GetMapping("/behalf")
    @Protect
    String behalf(@RequestHeader("Authorization") String authorization) {
        Service service = client.onBehalf(authorization, url);
        return calling(() -> service.callBlocking(service.request("/behalf").build())).text();
    }

    @PostMapping("/users")
    ResponseEntity<String> create(@RequestBody Map<String, String> user) {
        User made = calling(() -> users.createBlocking(new NewUser(user.get("username"))));
        return ResponseEntity.status(HttpStatus.CREATED)
                .contentType(MediaType.APPLICATION_JSON)
                .body(made.getJson());
    }

    @GetMapping("/users")
    String find(@RequestParam String username) {
        return calling(() -> users.findBlocking(UserKey.USERNAME, username)).stream()
                .map(User::getJson)
                .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    }

    @GetMapping("/users/{id}")
    String get(@PathVariable String id) {
        return calling(() -> users.getBlocking(id)).getJson();
    }

    @PostMapping("/users/{id}/disable")
    String disable(@PathVariable String id) {
        return calling(() -> users.disableBlocking(id)).getJson();
    }

    @PostMapping("/users/{id}/enable")
    String enable(@PathVariable String id) {
        return calling(() -> users.enableBlocking(id)).getJson();
    }

    @DeleteMapping("/users/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        calling(
                () -> {
                    users.deleteBlocking(id);
                    return null;
                });
    }

    @Override
    public void destroy() {
        client.close();
    }
}
