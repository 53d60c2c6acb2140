/** Sign-in at an OpenID provider, in Spring Boot. */
package dev.credenza.spring.login;
