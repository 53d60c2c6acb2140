package jobs;

import dev.credenza.service.Invitation;
import dev.credenza.service.NewInvitation;
import dev.credenza.service.NewSignInLink;
import dev.credenza.service.NewUser;
import dev.credenza.service.Service;
import dev.credenza.service.ServiceClient;
import dev.credenza.service.ServiceConfig;
import dev.credenza.service.UserAlreadyExistsException;
import java.util.List;
import java.util.Map;

public final class Job {
    public static void main(String[] arguments) {
        ServiceConfig config = new ServiceConfig();
        config.setIssuer(System.getenv().getOrDefault("ISSUER", "http://localhost:8080"));
        config.setClientId(System.getenv("CLIENT_ID"));
        config.setClientSecret(System.getenv("CLIENT_SECRET"));
        try (ServiceClient client = new ServiceClient(config)) {
            Service orders = client.service("http://localhost:8090", List.of("orders:read"), "https://api.example");
            System.out.println(orders.callBlocking(orders.request("/orders").build()).text());
            NewUser ada = new NewUser("ada", Map.of("email", "ada@example.com"));
            String id = client.getUsers().createBlocking(ada).getId();
            System.out.println(client.getSignInLinks().createBlocking(id, new NewSignInLink(false)).getUrl());
            client.getInvitations().createBlocking(new NewInvitation("grace@example.com", "de"));
            for (Invitation invitation : client.getInvitations().listBlocking()) {
                System.out.println(invitation.getEmail() + " " + invitation.getState());
            }
        } catch (UserAlreadyExistsException taken) {
            System.out.println("Ada is there already.");
        }
    }
}
