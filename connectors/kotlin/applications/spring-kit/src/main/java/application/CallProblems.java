package application;

import dev.credenza.kit.Problem;
import dev.credenza.service.ConflictException;
import dev.credenza.service.NotFoundException;
import dev.credenza.service.RateLimitedException;
import dev.credenza.service.RefusedException;
import dev.credenza.service.ServiceException;
import dev.credenza.service.UnavailableException;
import dev.credenza.service.UserAlreadyExistsException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** What goes wrong elsewhere is a problem here. */
final class CallProblems {
    private static final int FORBIDDEN = 403;

    private CallProblems() {}

    static <T> T calling(Supplier<T> work) {
        try {
            return work.get();
        } catch (ServiceException failure) {
            throw problemOf(failure);
        }
    }

    private static Problem problemOf(ServiceException failure) {
        if (failure instanceof UserAlreadyExistsException) {
            return problem(409, "user_exists", failure, Map.of());
        }
        if (failure instanceof ConflictException) {
            return problem(409, "conflict", failure, Map.of());
        }
        if (failure instanceof NotFoundException) {
            return problem(404, "not_found", failure, Map.of());
        }
        if (failure instanceof RateLimitedException) {
            Duration wait = failure.getFailure().getRetryAfter();
            String seconds = wait == null ? "1" : Long.toString(wait.toSeconds());
            return problem(429, "rate_limited", failure, Map.of("Retry-After", seconds));
        }
        if (failure instanceof UnavailableException) {
            return problem(503, "unavailable", failure, Map.of("Retry-After", "5"));
        }
        Integer status = failure.getFailure().getStatus();
        // After 401 another token was tried: the caller can do nothing about it.
        boolean isForbidden = failure instanceof RefusedException && status != null && status == FORBIDDEN;
        return isForbidden ? problem(403, "refused", failure, Map.of()) : problem(502, "bad_gateway", failure, Map.of());
    }

    private static Problem problem(int status, String name, Throwable cause, Map<String, String> headers) {
        return new Problem(status, name, null, Map.of(), headers, cause);
    }
}
