package dev.credenza.spring.kit;

import dev.credenza.kit.Gate;
import dev.credenza.kit.Gates;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Sets the limits of a handler, and asks its gates. */
final class KitInterceptor implements HandlerInterceptor {
    private final HandlerGates handlers;

    KitInterceptor(HandlerGates handlers) {
        this.handlers = handlers;
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod method)
                || request.getDispatcherType() == DispatcherType.ASYNC) {
            return true;
        }
        KitState state = KitState.of(request);
        if (state == null) {
            throw new IllegalStateException("the filter of the kit is not around this handler");
        }
        HandlerGates.Stated stated = handlers.of(method);
        if (stated.body() != null) {
            state.setBodyLimit(stated.body());
        }
        if (stated.time() != null) {
            state.deadline().set(stated.time());
        }
        for (Gate gate : stated.gates()) {
            Gates.pass(gate, state);
        }
        return true;
    }
}
