package orders;

import dev.credenza.service.Service;
import dev.credenza.service.ServiceClient;
import dev.credenza.service.ServiceConfig;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** A service without a person: it calls the API in its own name, by tokens of its own (RFC 6749 section 4.4). */
@Component
class Job implements AutoCloseable {
    private final ServiceClient client;
    private final Service api;

    Job(
            @Value("${credenza.issuer}") String issuer,
            @Value("${api}") String api,
            @Value("${credenza.login.client-secret}") String secret) {
        ServiceConfig config = new ServiceConfig();
        config.setIssuer(issuer);
        config.setClientId("orders-job");
        config.setClientSecret(secret);
        this.client = new ServiceClient(config);
        this.api = client.service(api, List.of("orders:read"));
    }

    String orders() {
        return api.callBlocking(api.request("/orders").build()).text();
    }

    @Override
    public void close() {
        client.close();
    }
}
