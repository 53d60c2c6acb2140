/**
 * Routes of Spring Boot that take access tokens. Two properties, {@code credenza.issuer} and {@code
 * credenza.audience}, and {@link dev.credenza.spring.Protect} on a handler are all there is to
 * begin with.
 */
package dev.credenza.spring;
