package dev.credenza.spring.kit;

import dev.credenza.kit.Deadline;
import dev.credenza.kit.Health;
import dev.credenza.kit.HealthAnswer;
import dev.credenza.kit.Kit;
import dev.credenza.kit.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import kotlin.Unit;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Around everything: the id of the request, the log, security headers, problems, limits of time and
 * of bodies, and health.
 */
public final class KitFilter extends OncePerRequestFilter implements Ordered {
    private static final String REQUEST_ID = "request_id";
    private final Kit kit;
    private final Health health;
    private final String live;
    private final String ready;

    KitFilter(Kit kit, Health health, String live, String ready) {
        this.kit = kit;
        this.health = health;
        this.live = live;
        this.ready = ready;
    }

    /** In front of Spring Security, and behind what decides how the request is read. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }

    /** The rest of a request that goes on later ends here too. */
    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        KitState known = KitState.of(request);
        KitState state = known == null ? KitState.begin(kit, request, response) : known;
        MDC.put(REQUEST_ID, state.getRequestId());
        begin(state);
        try {
            if (known == null) {
                serve(state, request, chain);
            } else {
                chain.doFilter(request, response);
            }
        } catch (Exception | StackOverflowError | AssertionError | LinkageError error) {
            fail(state, error);
        } finally {
            end(state);
            MDC.remove(REQUEST_ID);
        }
        if (!request.isAsyncStarted()) {
            state.response().finish();
            state.record().write(kit.getLog(), response.getStatus(), state.getCaller());
        }
    }

    private void serve(KitState state, HttpServletRequest request, FilterChain chain)
            throws ServletException, IOException {
        HealthAnswer answer = health(request);
        if (answer == null) {
            chain.doFilter(new KitRequest(request, state), state.response());
            return;
        }
        state.response().setHeader("Cache-Control", "no-store");
        state.response().write(answer.getStatus(), "application/json", answer.getBody());
    }

    private HealthAnswer health(HttpServletRequest request) {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            return null;
        }
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (path.equals(live)) {
            return health.getLive();
        }
        return path.equals(ready) ? health.readyBlocking() : null;
    }

    /** When the time is over, this thread is interrupted, so that what waits in it ends. */
    private void begin(KitState state) {
        Thread thread = Thread.currentThread();
        Deadline deadline =
                new Deadline(
                        () -> {
                            thread.interrupt();
                            return Unit.INSTANCE;
                        });
        state.setDeadline(deadline);
        deadline.set(kit.getTimeout());
    }

    /** The thread is for other requests again. */
    private static void end(KitState state) {
        state.deadline().stop();
        if (state.deadline().isOver()) {
            Thread.interrupted();
        }
    }

    private void fail(KitState state, Throwable error) throws ServletException, IOException {
        end(state);
        Problem problem = state.deadline().isOver() ? Problem.timeout() : Problem.within(error);
        if (problem == null) {
            state.record().failed(kit.getLog(), error);
        }
        if (state.request().isAsyncStarted()) {
            return;
        }
        if (state.response().isCommitted()) {
            // What has begun is broken off, so that nobody takes it for a whole one.
            throw new ServletException("the answer of a request was broken off", error);
        }
        state.response().give(problem == null ? Problem.internalError() : problem);
    }
}
