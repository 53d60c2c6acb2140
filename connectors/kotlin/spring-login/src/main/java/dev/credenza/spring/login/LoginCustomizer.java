package dev.credenza.spring.login;

import dev.credenza.login.LoginConfig;

/**
 * A bean that sets what no property can: a store of its own, what a session keeps, the page of an
 * error.
 */
@FunctionalInterface
public interface LoginCustomizer {
    /** Changes the settings, once at the start. */
    void customize(LoginConfig config);
}
