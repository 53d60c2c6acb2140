import com.sun.net.httpserver.HttpServer;
import dev.credenza.TestIssuer;
import dev.credenza.TestResponse;
import dev.credenza.connectors.Testing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Starts an example in a process of its own, beside an issuer on HTTP, and asks it as a client does. */
public final class Drive {
    private static final String API = "https://api.example";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String origin = "http://127.0.0.1:" + server.getAddress().getPort();
        TestIssuer issuer = new TestIssuer(origin);
        server.createContext(
                "/",
                exchange -> {
                    long now = Instant.now().getEpochSecond();
                    TestResponse response = issuer.respond(origin + exchange.getRequestURI(), now);
                    byte[] body = response.getBody().getBytes();
                    exchange.sendResponseHeaders(response.getStatus(), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        int port = freePort();
        Process application = start(arguments[0], Map.of("ISSUER", origin, "PORT", "" + port, "SERVER_PORT", "" + port));
        try {
            URI orders = URI.create("http://127.0.0.1:" + port + "/orders");
            await(orders, application);
            HttpResponse<String> good = get(orders, Testing.bearer(issuer, API, List.of("orders:read")));
            expect(good.statusCode() == 200 && good.body().equals("Hello, user"), good);
            HttpResponse<String> narrow = get(orders, Testing.bearer(issuer, API));
            expect(narrow.statusCode() == 403 && challenge(narrow).contains("insufficient_scope"), narrow);
            HttpResponse<String> elsewhere = get(orders, Testing.bearer(issuer, "https://b.example"));
            expect(elsewhere.statusCode() == 401 && challenge(elsewhere).contains("invalid_token"), elsewhere);
            HttpResponse<String> none = get(orders, null);
            expect(none.statusCode() == 401 && challenge(none).equals("Bearer scope=\"orders:read\""), none);
            System.out.println(arguments[0] + ": " + good.body() + "; " + challenge(narrow));
        } finally {
            application.destroy();
            application.waitFor();
            server.stop(0);
        }
    }

    private static Process start(String main, Map<String, String> environment) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        ProcessBuilder command = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), main);
        command.environment().putAll(environment);
        return command.inheritIO().redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static void await(URI uri, Process application) throws Exception {
        Instant deadline = Instant.now().plusSeconds(120);
        while (application.isAlive() && Instant.now().isBefore(deadline)) {
            try {
                get(uri, null);
                return;
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        throw new AssertionError("the application does not answer");
    }

    private static HttpResponse<String> get(URI uri, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String challenge(HttpResponse<String> response) {
        return response.headers().firstValue("WWW-Authenticate").orElse("");
    }

    private static void expect(boolean holds, HttpResponse<String> response) {
        if (!holds) {
            throw new AssertionError(response.statusCode() + " " + response.headers().map() + " " + response.body());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
