import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Starts an example of sign-in in a process of its own, and follows a browser to the provider's door. */
public final class DriveLogin {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> {
                    byte[] body = ("{\"issuer\":\"" + issuer + "\",\"authorization_endpoint\":\"" + issuer
                            + "/authorize\",\"token_endpoint\":\"" + issuer + "/token\",\"jwks_uri\":\"" + issuer
                            + "/jwks\"}").getBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        int port = freePort();
        String origin = "http://127.0.0.1:" + port;
        Process application =
                start(
                        arguments[0],
                        Map.of(
                                "ISSUER", issuer, "PORT", "" + port, "ORIGIN", origin, "CLIENT_ID", "example",
                                "CLIENT_SECRET", "secret", "SECRET", "0123456789abcdef0123456789abcdef"));
        try {
            await(URI.create(origin + "/hello?a=b"), application);
            HttpResponse<String> page = get(origin + "/hello?a=b", "text/html");
            expect(page.statusCode() == 302, page);
            String login = page.headers().firstValue("Location").orElseThrow();
            expect(login.endsWith("/auth/login?return_to=%2Fhello%3Fa%3Db"), page);
            HttpResponse<String> started = get(URI.create(origin).resolve(login).toString(), "text/html");
            String provider = started.headers().firstValue("Location").orElse("");
            expect(started.statusCode() == 302 && provider.startsWith(issuer + "/authorize?"), started);
            expect(provider.contains("code_challenge_method=S256") && provider.contains("client_id=example"), started);
            HttpResponse<String> other = get(origin + "/hello", "application/json");
            expect(other.statusCode() == 401, other);
            System.out.println(arguments[0] + ": " + login);
        } finally {
            application.destroy();
            application.waitFor();
            server.stop(0);
        }
    }

    private static Process start(String main, Map<String, String> environment) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        ProcessBuilder builder = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), main);
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static void await(URI uri, Process application) throws Exception {
        for (int attempt = 0; attempt < 1200 && application.isAlive(); attempt++) {
            try {
                get(uri.toString(), "application/json");
                return;
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("the example did not start");
    }

    private static HttpResponse<String> get(String uri, String accept) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(20)).header("Accept", accept).build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void expect(boolean holds, HttpResponse<String> response) {
        if (!holds) {
            throw new AssertionError(response + " " + response.headers().map() + " " + response.body());
        }
    }
}
