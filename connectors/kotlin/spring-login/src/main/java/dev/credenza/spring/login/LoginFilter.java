package dev.credenza.spring.login;

import dev.credenza.login.Login;
import dev.credenza.login.LoginAnswer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Serves the routes of sign-in. It stands in front of all other filters: what these add to answers,
 * such as {@code X-Frame-Options}, and what they refuse, such as forms without a token, is not for
 * these routes.
 */
final class LoginFilter extends OncePerRequestFilter {
    private static final String RESPONSE = LoginFilter.class.getName() + ".response";
    private final Login login;

    LoginFilter(Login login) {
        this.login = login;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        ServletExchange exchange = new ServletExchange(request, response);
        LoginAnswer answer = login.answerBlocking(exchange);
        if (answer == null) {
            request.setAttribute(RESPONSE, response);
            chain.doFilter(request, response);
        } else {
            exchange.give(answer);
        }
    }

    /**
     * The response of a request that came by here; whoever asks for the session may have to set its
     * cookies anew.
     */
    static HttpServletResponse responseOf(HttpServletRequest request) {
        return (HttpServletResponse) request.getAttribute(RESPONSE);
    }
}
