import com.sun.net.httpserver.HttpServer;
import dev.credenza.TestIssuer;
import dev.credenza.TestResponse;
import dev.credenza.connectors.Testing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An issuer on HTTP, until its input ends. It prints its name, and an access token that is good for an hour. */
public final class Issuer {
    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String name = "http://127.0.0.1:" + server.getAddress().getPort();
        TestIssuer issuer = new TestIssuer(name);
        server.createContext(
                "/",
                exchange -> {
                    long now = Instant.now().getEpochSecond();
                    TestResponse response = issuer.respond(name + exchange.getRequestURI(), now);
                    byte[] body = response.getBody().getBytes();
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(response.getStatus(), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        Map<String, Object> lasting = Map.of("exp", Instant.now().getEpochSecond() + 3600);
        String field = Testing.bearer(issuer, "https://api.example", List.of("orders:read"), lasting);
        System.out.println(name + " " + field.substring("Bearer ".length()));
        while (System.in.read() >= 0) {}
        server.stop(0);
    }
}
