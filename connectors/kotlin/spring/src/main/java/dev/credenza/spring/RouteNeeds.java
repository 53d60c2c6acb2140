package dev.credenza.spring;

import dev.credenza.connectors.Needs;
import java.util.List;

/**
 * What a route asks for.
 *
 * @param needs what a token has to fulfil.
 * @param optional whether a request without credentials may pass, without a caller.
 */
public record RouteNeeds(Needs needs, boolean optional) {
    /** What an annotation asks for. */
    static RouteNeeds of(Protect protect) {
        Needs needs =
                new Needs(
                        List.of(protect.scopes()),
                        List.of(protect.anyScope()),
                        List.of(protect.clients()),
                        List.of(protect.tenants()),
                        List.of(protect.organizations()),
                        List.of(protect.roles()),
                        List.of(protect.anyRole()),
                        List.of(protect.permissions()),
                        List.of(protect.anyPermission()),
                        List.of(protect.plans()),
                        List.of(protect.acr()),
                        protect.maxAge() < 0 ? null : protect.maxAge(),
                        protect.maxTokenAge() < 0 ? null : protect.maxTokenAge(),
                        protect.bound());
        return new RouteNeeds(needs, protect.optional());
    }

    /**
     * What both ask for; null for nothing. Only what is optional by itself, and by all around it
     * that say anything, is optional.
     */
    static RouteNeeds together(RouteNeeds one, RouteNeeds other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return new RouteNeeds(one.needs.and(other.needs), one.optional && other.optional);
    }
}
