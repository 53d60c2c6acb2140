package dev.credenza.spring.login;

import dev.credenza.login.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/**
 * Somebody who is signed in: an {@link OidcUser}, with the authority {@code OIDC_USER} and one
 * {@code ROLE_…} for each member of the claim {@code roles}.
 */
public final class LoginAuthentication extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1L;
    private final transient Session session;
    private final transient OidcUser user;

    LoginAuthentication(Session session) {
        super(authorities(session));
        this.session = session;
        Map<String, Object> claims = new LinkedHashMap<>();
        session.toMap()
                .forEach(
                        (name, value) -> {
                            if (value != null) {
                                claims.put(name, value);
                            }
                        });
        Instant issued = instant(claims.get("iat"));
        OidcIdToken token =
                new OidcIdToken(session.getIdToken(), issued, instant(claims.get("exp")), claims);
        this.user = new DefaultOidcUser(getAuthorities(), token);
        setAuthenticated(true);
    }

    /** The session, with what the application keeps in it. */
    public Session getSession() {
        return session;
    }

    @Override
    public OidcUser getPrincipal() {
        return user;
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public String getName() {
        return session.getSub();
    }

    private static Instant instant(Object seconds) {
        return seconds instanceof Number number ? Instant.ofEpochSecond(number.longValue()) : null;
    }

    private static List<GrantedAuthority> authorities(Session session) {
        List<GrantedAuthority> authorities = new ArrayList<>();
        authorities.add(new SimpleGrantedAuthority("OIDC_USER"));
        if (session.toMap().get("roles") instanceof List<?> roles) {
            roles.forEach(role -> authorities.add(new SimpleGrantedAuthority("ROLE_" + role)));
        }
        return authorities;
    }
}
