package dev.credenza.spring.kit;

import dev.credenza.kit.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/** Answers with the problem that an exception is, or has for a cause. */
final class ProblemResolver implements HandlerExceptionResolver {
    @Override
    public ModelAndView resolveException(
            HttpServletRequest request,
            HttpServletResponse response,
            Object handler,
            Exception exception) {
        KitState state = KitState.of(request);
        Problem problem = problem(exception);
        if (state == null || problem == null || response.isCommitted()) {
            return null;
        }
        try {
            state.response().give(problem);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return new ModelAndView();
    }

    private static Problem problem(Exception exception) {
        Problem problem = Problem.within(exception);
        if (problem == null && exception instanceof HttpMessageNotReadableException) {
            return new Problem(
                    HttpServletResponse.SC_BAD_REQUEST,
                    "invalid_json",
                    "The body is not the JSON that is wanted.");
        }
        return problem;
    }
}
