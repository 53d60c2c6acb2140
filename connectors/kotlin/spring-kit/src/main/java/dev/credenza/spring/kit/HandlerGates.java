package dev.credenza.spring.kit;

import dev.credenza.kit.BodyLimit;
import dev.credenza.kit.Features;
import dev.credenza.kit.Gate;
import dev.credenza.kit.Plans;
import dev.credenza.kit.RateLimits;
import dev.credenza.kit.Roles;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/** What the annotations of handlers and their controllers say. */
final class HandlerGates {
    private final Map<Key, Stated> known = new ConcurrentHashMap<>();
    private final Roles roles;
    private final Plans plans;
    private final ObjectProvider<Features> features;
    private final ObjectProvider<RateLimits> limits;

    HandlerGates(
            Roles roles,
            Plans plans,
            ObjectProvider<Features> features,
            ObjectProvider<RateLimits> limits) {
        this.roles = roles;
        this.plans = plans;
        this.features = features;
        this.limits = limits;
    }

    /** Of a handler. */
    Stated of(HandlerMethod handler) {
        return known.computeIfAbsent(
                new Key(handler.getBeanType(), handler.getMethod()), this::read);
    }

    private Stated read(Key key) {
        BodyLimited body = nearest(key, BodyLimited.class);
        TimeLimited time = nearest(key, TimeLimited.class);
        List<Gate> gates = new ArrayList<>();
        add(gates, key, RateLimited.class, stated -> limits.getObject().gate());
        add(gates, key, RequiresPermission.class, stated -> roles.requires(stated.value()));
        add(gates, key, RequiresPlan.class, stated -> plans.requires(stated.value()));
        add(gates, key, RequiresFeature.class, stated -> features().requires(stated.value()));
        return new Stated(
                body == null ? null : new BodyLimit(body.value()),
                time == null ? null : Duration.ofMillis(time.value()),
                gates);
    }

    private Features features() {
        Features known = features.getIfAvailable();
        if (known == null) {
            throw new InvalidConfigurationPropertyValueException(
                    "credenza.kit.features-url",
                    null,
                    "is needed where a handler is @RequiresFeature");
        }
        return known;
    }

    /** That of the handler, or else that of its controller. */
    private static <A extends Annotation> A nearest(Key key, Class<A> type) {
        A own = AnnotatedElementUtils.findMergedAnnotation(key.method(), type);
        return own != null ? own : AnnotatedElementUtils.findMergedAnnotation(key.type(), type);
    }

    /** Those of the controller and of the handler; a rate is counted once. */
    private static <A extends Annotation> void add(
            List<Gate> gates, Key key, Class<A> type, Function<A, Gate> gate) {
        A around = AnnotatedElementUtils.findMergedAnnotation(key.type(), type);
        A own = AnnotatedElementUtils.findMergedAnnotation(key.method(), type);
        if (around != null) {
            gates.add(gate.apply(around));
        }
        if (own != null && !own.equals(around)) {
            gates.add(gate.apply(own));
        }
    }

    private record Key(Class<?> type, Method method) {}

    /**
     * What a handler says.
     *
     * @param body its own limit of bodies, or null.
     * @param time its own limit of time, or null.
     * @param gates in order.
     */
    record Stated(BodyLimit body, Duration time, List<Gate> gates) {}
}
