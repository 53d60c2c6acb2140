package application;

import dev.credenza.kit.JsonText;
import dev.credenza.spring.kit.BodyLimited;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Bodies, and how long they may be. */
@RestController
class BodyRoutes {
    @PostMapping(value = "/echo", produces = "application/json")
    String echo(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readAllBytes();
        return JsonText.write(JsonText.read(request.getContentType(), body));
    }

    @PostMapping(value = "/upload", produces = "application/json")
    @BodyLimited(65_536)
    Map<String, Integer> upload(HttpServletRequest request) throws IOException {
        return Map.of("bytes", request.getInputStream().readAllBytes().length);
    }
}
