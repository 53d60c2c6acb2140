package dev.credenza.spring;

import dev.credenza.connectors.Caller;
import java.util.ArrayList;
import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * A caller whose token was accepted. Its principal is the {@link Caller}; its authorities are
 * {@code SCOPE_…}, {@code ROLE_…} and {@code PERMISSION_…}. It does not hold the token.
 */
public final class CredenzaAuthentication extends AbstractAuthenticationToken {
    private final transient Caller caller;

    CredenzaAuthentication(Caller caller) {
        super(authorities(caller));
        this.caller = caller;
        super.setAuthenticated(true);
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    /** The subject. */
    @Override
    public String getName() {
        return caller.getSub() == null ? "" : caller.getSub();
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    private static List<GrantedAuthority> authorities(Caller caller) {
        List<GrantedAuthority> authorities = new ArrayList<>();
        add(authorities, "SCOPE_", caller.getScopes());
        add(authorities, "ROLE_", caller.getRoles());
        add(authorities, "PERMISSION_", caller.getPermissions());
        return authorities;
    }

    private static void add(List<GrantedAuthority> authorities, String prefix, List<String> names) {
        names.forEach(name -> authorities.add(new SimpleGrantedAuthority(prefix + name)));
    }
}
