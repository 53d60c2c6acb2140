import com.sun.net.httpserver.HttpServer;
import dev.credenza.TestIssuer;
import dev.credenza.TestResponse;
import dev.credenza.Testing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Starts a quick start of the README in a process of its own, beside an issuer, and asks it as a client does. */
public final class Drive {
    private static final String API = "https://api.example";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String origin = "http://127.0.0.1:" + server.getAddress().getPort();
        TestIssuer issuer = new TestIssuer(origin);
        serve(server, issuer, origin);
        int port = freePort();
        Process application = start(arguments[0], origin, port);
        try {
            URI hello = URI.create("http://127.0.0.1:" + port + "/hello");
            wait(hello, application);
            HttpResponse<String> good = get(hello, Testing.mint(issuer, Map.of("scope", "read"), API));
            expect(good.statusCode() == 200 && good.body().equals("Hello, user"), good);
            HttpResponse<String> narrow = get(hello, Testing.mint(issuer, Map.of("scope", "write"), API));
            expect(narrow.statusCode() == 403 && challenge(narrow).contains("insufficient_scope"), narrow);
            HttpResponse<String> elsewhere = get(hello, Testing.mint(issuer, Map.of("scope", "read"), "https://b.example"));
            expect(elsewhere.statusCode() == 401 && challenge(elsewhere).contains("invalid_token"), elsewhere);
            HttpResponse<String> none = get(hello, null);
            expect(none.statusCode() == 401 && challenge(none).startsWith("Bearer"), none);
            System.out.println(arguments[0] + ": " + good.body() + "; " + challenge(narrow));
        } finally {
            application.destroy();
            application.waitFor();
            server.stop(0);
        }
    }

    private static void serve(HttpServer server, TestIssuer issuer, String origin) {
        server.createContext("/", exchange -> {
            TestResponse response = issuer.respond(origin + exchange.getRequestURI(), Instant.now().getEpochSecond());
            byte[] body = response.getBody().getBytes();
            exchange.sendResponseHeaders(response.getStatus(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private static Process start(String main, String issuer, int port) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        ProcessBuilder command = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), main);
        command.environment().putAll(Map.of("ISSUER", issuer, "PORT", "" + port, "SERVER_PORT", "" + port));
        return command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static void wait(URI uri, Process application) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (System.nanoTime() < deadline && application.isAlive()) {
            try {
                get(uri, null);
                return;
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        throw new AssertionError("the application does not answer");
    }

    private static HttpResponse<String> get(URI uri, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
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
