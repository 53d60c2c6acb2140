package dev.credenza.spring.login;

import dev.credenza.login.Login;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Leads navigations to the sign-in; all else is answered by 401, or by 503 while sign-in is not
 * available.
 */
final class LoginEntryPoint implements AuthenticationEntryPoint {
    private final Login login;

    LoginEntryPoint(Login login) {
        this.login = login;
    }

    @Override
    public void commence(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException reason)
            throws IOException {
        ServletExchange exchange = new ServletExchange(request, response);
        exchange.give(
                reason instanceof AwayException ? login.unavailable() : login.challenge(exchange));
    }
}
