package dev.credenza.spring.kit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Asks for one of several plans; 403 {@code plan_required} otherwise, with what the bean {@link
 * dev.credenza.kit.Plans} says.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RequiresPlan {
    /** The plans, one of which is enough. */
    String[] value();
}
