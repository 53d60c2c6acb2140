package dev.credenza.spring.login;

import dev.credenza.login.Login;
import dev.credenza.login.Session;
import dev.credenza.login.StoreException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.core.context.DeferredSecurityContext;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;

/**
 * Finds out who is signed in, when something asks for it first; the servlet container's session is
 * not used.
 */
final class LoginContexts implements SecurityContextRepository {
    static final String VISIT = LoginContexts.class.getName() + ".visit";
    private final Login login;

    LoginContexts(Login login) {
        this.login = login;
    }

    @Override
    @Deprecated
    public SecurityContext loadContext(HttpRequestResponseHolder holder) {
        return context(holder.getRequest());
    }

    @Override
    public DeferredSecurityContext loadDeferredContext(HttpServletRequest request) {
        return new Deferred(request);
    }

    /** Sessions begin and end by the routes of sign-in alone. */
    @Override
    public void saveContext(
            SecurityContext context, HttpServletRequest request, HttpServletResponse response) {}

    @Override
    public boolean containsContext(HttpServletRequest request) {
        return context(request).getAuthentication() != null;
    }

    private SecurityContext context(HttpServletRequest request) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        HttpServletResponse response = LoginFilter.responseOf(request);
        if (response == null) {
            return context;
        }
        Login.Visit visit = (Login.Visit) request.getAttribute(VISIT);
        if (visit == null) {
            visit = login.visit(new ServletExchange(request, response));
            request.setAttribute(VISIT, visit);
        }
        try {
            Session session = visit.sessionBlocking();
            if (session != null) {
                context.setAuthentication(new LoginAuthentication(session));
            }
        } catch (StoreException away) {
            throw new AwayException(away);
        }
        return context;
    }

    /** Asked once. */
    private final class Deferred implements DeferredSecurityContext {
        private final HttpServletRequest request;
        private SecurityContext context;

        Deferred(HttpServletRequest request) {
            this.request = request;
        }

        @Override
        public SecurityContext get() {
            if (context == null) {
                context = context(request);
            }
            return context;
        }

        @Override
        public boolean isGenerated() {
            return get().getAuthentication() == null;
        }
    }
}
