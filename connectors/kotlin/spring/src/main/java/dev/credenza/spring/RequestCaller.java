package dev.credenza.spring;

import dev.credenza.connectors.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;

/** Whom the guard let pass, for what stands around or beside the filters of Spring Security. */
public final class RequestCaller {
    private RequestCaller() {}

    /** The caller of a request; null where there is none. */
    public static Caller of(HttpServletRequest request) {
        Object context =
                request.getAttribute(
                        RequestAttributeSecurityContextRepository.DEFAULT_REQUEST_ATTR_NAME);
        if (context instanceof SecurityContext security
                && security.getAuthentication() instanceof CredenzaAuthentication caller) {
            return caller.getPrincipal();
        }
        return request.getAttribute(ProtectInterceptor.CALLER) instanceof Caller caller
                ? caller
                : null;
    }
}
