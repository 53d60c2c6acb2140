package dev.credenza.spring.kit;

import dev.credenza.connectors.Guard;
import dev.credenza.kit.BodyLimit;
import dev.credenza.kit.Check;
import dev.credenza.kit.Counters;
import dev.credenza.kit.Features;
import dev.credenza.kit.Health;
import dev.credenza.kit.HttpFeatures;
import dev.credenza.kit.Kit;
import dev.credenza.kit.Log;
import dev.credenza.kit.MemoryCounters;
import dev.credenza.kit.Pages;
import dev.credenza.kit.Plans;
import dev.credenza.kit.Rate;
import dev.credenza.kit.RateLimits;
import dev.credenza.kit.RedisCounters;
import dev.credenza.kit.Roles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Puts the kit around all handlers, and makes what annotations of handlers need, of the properties
 * {@code credenza.kit.*}. Every bean can be replaced.
 */
@AutoConfiguration(afterName = "dev.credenza.spring.CredenzaAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(KitProperties.class)
public class KitAutoConfiguration {
    /** What goes around all handlers; a bean of type {@link Log} takes the place of the log. */
    @Bean
    @ConditionalOnMissingBean
    Kit credenzaKit(KitProperties properties, ObjectProvider<Log> log) {
        return new Kit(
                properties.origin(),
                new BodyLimit(properties.bodyLimit().toBytes()),
                properties.timeout(),
                log.getIfAvailable(Log::json));
    }

    /** Whether this service can do its work; further beans of type {@link Check} count too. */
    @Bean
    @ConditionalOnMissingBean
    Health credenzaHealth(
            KitProperties properties,
            ObjectProvider<Guard> guard,
            Counters counters,
            Map<String, Check> further) {
        Map<String, Check> checks = new LinkedHashMap<>();
        guard.ifUnique(known -> checks.put("issuer", Health.issuer(known)));
        if (properties.redis() != null && counters instanceof RedisCounters redis) {
            checks.put("redis", redis::ping);
        }
        checks.putAll(further);
        return new Health(checks);
    }

    /** Around everything, Spring Security's filters too. */
    @Bean
    KitFilter credenzaKitFilter(Kit kit, Health health, KitProperties properties) {
        return new KitFilter(kit, health, properties.live(), properties.ready());
    }

    /** What annotations of handlers say. */
    @Bean
    HandlerGates credenzaHandlerGates(
            Roles roles,
            Plans plans,
            ObjectProvider<Features> features,
            ObjectProvider<RateLimits> limits) {
        return new HandlerGates(roles, plans, features, limits);
    }

    /** What ties the kit to Spring MVC. */
    @Bean
    KitWeb credenzaKitWeb(HandlerGates handlers) {
        return new KitWeb(handlers);
    }

    /** An annotation that nothing is there for ends the start, and not the first request. */
    @Bean
    SmartInitializingSingleton credenzaKitCheck(
            HandlerGates handlers, ObjectProvider<RequestMappingHandlerMapping> mappings) {
        return () ->
                mappings.forEach(
                        mapping -> mapping.getHandlerMethods().values().forEach(handlers::of));
    }

    /** The permissions of each role. */
    @Bean
    @ConditionalOnMissingBean
    Roles credenzaRoles(KitProperties properties) {
        return new Roles(properties.roles());
    }

    /** Where a caller gets another plan. */
    @Bean
    @ConditionalOnMissingBean
    Plans credenzaPlans(KitProperties properties) {
        return new Plans(properties.upgradeUrl());
    }

    /** What each plan has. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("credenza.kit.features-url")
    Features credenzaFeatures(KitProperties properties, Plans plans) {
        return new Features(new HttpFeatures(properties.featuresUrl()), plans);
    }

    /** Lists in pages. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("credenza.kit.secret")
    Pages credenzaPages(KitProperties properties) {
        try {
            return new Pages(properties.secret());
        } catch (IllegalArgumentException wrong) {
            throw new InvalidConfigurationPropertyValueException(
                    "credenza.kit.secret", null, wrong.getMessage());
        }
    }

    /** Where requests are counted. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Counters credenzaCounters(KitProperties properties) {
        return properties.redis() == null
                ? new MemoryCounters()
                : new RedisCounters(properties.redis());
    }

    /** How often somebody may ask; further beans of type {@link Rate} count too. */
    @Bean
    @Lazy
    @ConditionalOnMissingBean
    RateLimits credenzaRateLimits(
            KitProperties properties, Counters counters, ObjectProvider<Rate> further) {
        List<Rate> rates = new ArrayList<>();
        properties.rates().forEach((name, rate) -> rates.add(rate(name, rate)));
        further.orderedStream().forEach(rates::add);
        if (rates.isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    "credenza.kit.rates", null, "is needed where a handler is @RateLimited");
        }
        return new RateLimits(counters, rates);
    }

    private static Rate rate(String name, KitProperties.Rate rate) {
        return switch (name) {
            case "caller" -> Rate.perCaller(rate.quota(), rate.window());
            case "tenant" -> Rate.perTenant(rate.quota(), rate.window());
            default ->
                    throw new InvalidConfigurationPropertyValueException(
                            "credenza.kit.rates." + name,
                            null,
                            "is neither caller nor tenant; others are beans of type Rate");
        };
    }
}
