/** What every service writes again, in Spring Boot. */
package dev.credenza.spring.kit;
