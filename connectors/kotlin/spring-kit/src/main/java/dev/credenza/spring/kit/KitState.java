package dev.credenza.spring.kit;

import dev.credenza.connectors.Caller;
import dev.credenza.kit.BodyLimit;
import dev.credenza.kit.Deadline;
import dev.credenza.kit.Exchange;
import dev.credenza.kit.Kit;
import dev.credenza.kit.RequestId;
import dev.credenza.kit.RequestRecord;
import dev.credenza.spring.RequestCaller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;

/** What the parts of the kit know of a request together. */
final class KitState implements Exchange {
    private static final String NAME = KitState.class.getName();
    private final HttpServletRequest request;
    private final String requestId;
    private final RequestRecord record;
    private final KitResponse response;
    private Deadline deadline;
    private BodyLimit bodyLimit;

    private KitState(Kit kit, HttpServletRequest request, HttpServletResponse response) {
        this.request = request;
        this.requestId = RequestId.of(Collections.list(request.getHeaders(RequestId.FIELD)));
        this.record = new RequestRecord(requestId, request.getMethod(), request.getRequestURI());
        this.response = new KitResponse(this, kit.getHeaders(), response);
        this.bodyLimit = kit.getBodyLimit();
        response.setHeader(RequestId.FIELD, requestId);
    }

    /** Of a request that has just come. */
    static KitState begin(Kit kit, HttpServletRequest request, HttpServletResponse response) {
        KitState state = new KitState(kit, request, response);
        request.setAttribute(NAME, state);
        return state;
    }

    /** Of a request that the kit stands around; null for others. */
    static KitState of(HttpServletRequest request) {
        return (KitState) request.getAttribute(NAME);
    }

    RequestRecord record() {
        return record;
    }

    KitResponse response() {
        return response;
    }

    HttpServletRequest request() {
        return request;
    }

    Deadline deadline() {
        return deadline;
    }

    void setDeadline(Deadline deadline) {
        this.deadline = deadline;
    }

    BodyLimit bodyLimit() {
        return bodyLimit;
    }

    void setBodyLimit(BodyLimit bodyLimit) {
        this.bodyLimit = bodyLimit;
    }

    @Override
    public String getRequestId() {
        return requestId;
    }

    @Override
    public String getPath() {
        return request.getRequestURI();
    }

    @Override
    public String getQuery() {
        return request.getQueryString();
    }

    @Override
    public Caller getCaller() {
        return RequestCaller.of(request);
    }

    @Override
    public void setHeader(String name, String value) {
        response.setHeader(name, value);
    }
}
