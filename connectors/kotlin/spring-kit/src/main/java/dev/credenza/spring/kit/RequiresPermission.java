package dev.credenza.spring.kit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Asks for a permission, by the bean {@link dev.credenza.kit.Roles} or by the token itself; 403
 * {@code permission_missing} otherwise. What stands on handler and controller is asked for
 * together.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RequiresPermission {
    /** The permission. */
    String value();
}
