"""What calls are refused for (RFC 9457)."""

from __future__ import annotations

import json

from credenza_admin.exceptions import ApiException
from credenza_admin.models.invalid_value import InvalidValue
from credenza_admin.models.problem import Problem


class ProblemError(ApiException):
    """A call was refused, and the provider says why; the subclasses are for what programs handle most."""

    problem: Problem
    """The problem, as the provider put it."""

    @property
    def kind(self) -> str:
        """The last part of the problem's type, such as ``not-found``: what a program compares."""
        return self.problem.type.rsplit("/", 1)[-1]

    @property
    def errors(self) -> list[InvalidValue]:
        """The values that are refused."""
        return self.problem.errors or []

    @property
    def support_code(self) -> str | None:
        """For ``credenza explain``."""
        return self.problem.support_code

    def __str__(self) -> str:
        told = self.problem.detail or "; ".join(f"{error.pointer}: {error.detail}" for error in self.errors)
        return f"{self.problem.title}: {told}" if told else self.problem.title


class NotAuthenticated(ProblemError):
    """401: the access token is missing, expired or revoked, or the person must sign in once more."""


class Forbidden(ProblemError):
    """403: the caller may not do that."""


class NotFound(ProblemError):
    """404: there is no such thing."""


class Conflict(ProblemError):
    """409: another one has that name or id."""


class PreconditionFailed(ProblemError):
    """412: somebody else has changed it since it was read."""


class InvalidValues(ProblemError):
    """422: values are refused; ``errors`` says which."""


class TooManyRequests(ProblemError):
    """429: later, as Retry-After says."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    401: NotAuthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    422: InvalidValues,
    429: TooManyRequests,
}


def as_problem(error: ApiException) -> ApiException:
    """Tell what the provider said, if it was the provider who answered, and not a proxy before it."""
    media = (error.headers or {}).get("content-type", "")
    if not media.startswith("application/problem+json") or not error.body:
        return error
    try:
        problem = Problem.from_dict(json.loads(error.body))
    except ValueError:
        return error
    if problem is None:
        return error
    known = _BY_STATUS.get(error.status or 0, ProblemError)
    made = known(status=error.status, reason=error.reason, body=error.body, data=problem)
    made.headers = error.headers
    made.problem = problem
    return made
