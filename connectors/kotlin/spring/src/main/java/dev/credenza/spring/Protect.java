package dev.credenza.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a handler of a controller asks for beyond a valid token; on a class, for each of its
 * handlers. What stands on both is asked for together. Empty members ask for nothing.
 *
 * <p>It is for handlers of requests. Other methods are for {@code @PreAuthorize}, with the
 * authorities {@code SCOPE_…}, {@code ROLE_…} and {@code PERMISSION_…}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Protect {
    /** Scopes, all of them (RFC 6750 section 3.1). */
    String[] scopes() default {};

    /** Scopes, at least one of them. */
    String[] anyScope() default {};

    /** Clients, to one of which the token was issued. */
    String[] clients() default {};

    /** Tenants, to one of which the token belongs. */
    String[] tenants() default {};

    /** Organisations, to one of which the token belongs. */
    String[] organizations() default {};

    /** Roles, all of them. */
    String[] roles() default {};

    /** Roles, at least one of them. */
    String[] anyRole() default {};

    /** Permissions, all of them. */
    String[] permissions() default {};

    /** Permissions, at least one of them. */
    String[] anyPermission() default {};

    /** Plans, one of which is subscribed to. */
    String[] plans() default {};

    /** Authentication contexts, one of which the sign-in reached (RFC 9470 section 4). */
    String[] acr() default {};

    /**
     * How long ago the user may have signed in, in seconds (RFC 9470 section 4); negative for any
     * time.
     */
    long maxAge() default -1;

    /** How old the token may be, in seconds; negative for any age. */
    long maxTokenAge() default -1;

    /** Whether the token must be bound to its sender (RFC 9449, RFC 8705). */
    boolean bound() default false;

    /**
     * Lets requests without credentials through too, without a caller; bad credentials are refused.
     */
    boolean optional() default false;
}
