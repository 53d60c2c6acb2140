package dev.credenza.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.credenza.admin.Admin;
import dev.credenza.admin.Pages;
import dev.credenza.admin.Problems;
import dev.credenza.admin.ServiceAccount;
import dev.credenza.admin.api.UsersApi.ListUsersRequest;
import dev.credenza.admin.client.ApiException;
import dev.credenza.admin.model.UserPage;
import org.junit.jupiter.api.Test;

/** The same library from Java. */
class JavaTest {
    private final String issuer = System.getenv("SDK_ISSUER");
    private final Admin admin = new Admin(
        issuer, new ServiceAccount(issuer, System.getenv("SDK_CLIENT_ID"), System.getenv("SDK_CLIENT_SECRET")));

    @Test
    void everyUserIsListed() {
        var users = Pages.stream(
            cursor -> admin.getUsers().listUsers(ListUsersRequest.newBuilder().limit(70).cursor(cursor).build()),
            UserPage::getItems, UserPage::getNextCursor);
        assertEquals(300, users.filter(user -> user.getUsername().startsWith("seed-")).count());
    }

    @Test
    void aRefusalIsAProblem() {
        var error = assertThrows(ApiException.class, () -> admin.getUsers().getUser("nobody"));
        assertEquals("not-found", Problems.getKind(Problems.getProblem(error)));
    }
}
