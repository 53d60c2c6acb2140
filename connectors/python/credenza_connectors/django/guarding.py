"""The decorator, and what it shares with the middleware."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypeVar, cast

from credenza import Requirement
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from credenza_connectors.caller import Caller
from credenza_connectors.django import conf
from credenza_connectors.guard import Passed, Refusal
from credenza_connectors.request import Incoming, from_asgi, from_wsgi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credenza import Needs
    from typing_extensions import Unpack

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

PUBLIC = "credenza_public"
"""The attribute of views that `public` marks."""

GUARDED = "credenza_guarded"
"""The attribute of views that `require` decorates."""


class GuardedRequest(HttpRequest):
    """A request as a guarded view gets it, for type checkers."""

    caller: Caller
    """Whom it is from. On an optional route it may be `None`: use `caller_of` there."""


def caller_of(request: HttpRequest) -> Caller | None:
    """Find the caller of a request that a guard let through; `None` for an anonymous one."""
    found: Caller | None = getattr(request, "caller", None)
    return found


def require(*, optional: bool = False, **needs: Unpack[Needs]) -> Callable[[ViewT], ViewT]:
    """
    Decorate a view: it is called for requests that fulfil the needs. With `optional`, also without credentials.

    Classes are decorated by `django.utils.decorators.method_decorator(require(...), name="dispatch")`.
    """
    requirement = Requirement(**needs)

    def decorate(view: ViewT) -> ViewT:
        if iscoroutinefunction(view):

            @wraps(view)
            async def asynchronous(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
                outcome = await conf.async_guard().check(incoming(request), requirement, optional=optional)
                if isinstance(outcome, Refusal):
                    return answer(outcome)
                request.caller = outcome.caller  # type: ignore[attr-defined]
                return adding(await view(request, *args, **values), outcome.fields)

            setattr(asynchronous, GUARDED, True)
            return cast("ViewT", asynchronous)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
            outcome = conf.guard().check(incoming(request), requirement, optional=optional)
            if isinstance(outcome, Refusal):
                return answer(outcome)
            request.caller = outcome.caller  # type: ignore[attr-defined]
            return adding(view(request, *args, **values), outcome.fields)

        setattr(guarded, GUARDED, True)
        return cast("ViewT", guarded)

    return decorate


def public(view: ViewT) -> ViewT:
    """Decorate a view that `GuardMiddleware` lets everybody call."""
    setattr(view, PUBLIC, True)
    return view


def incoming(request: HttpRequest) -> Incoming:
    """Read a request of Django's, from what the server handed over: there every field is as it came."""
    scope: MutableMapping[str, Any] | None = getattr(request, "scope", None)
    return from_wsgi(request.META, request) if scope is None else from_asgi(scope, request)


def answer(refusal: Refusal) -> HttpResponse:
    """Make the answer of a refusal."""
    response = HttpResponse(refusal.body, status=refusal.status)
    del response["Content-Type"]
    for name, value in refusal.fields:
        response[name] = value
    return response


def adding(response: HttpResponseBase, fields: Sequence[tuple[str, str]]) -> HttpResponseBase:
    """Add fields to the answer of a view."""
    for name, value in fields:
        if name == "Vary":
            patch_vary_headers(response, [value])
        else:
            response[name] = value
    return response


def note(request: HttpRequest, outcome: Passed) -> None:
    """Note the caller of a request."""
    request.caller = outcome.caller  # type: ignore[attr-defined]
