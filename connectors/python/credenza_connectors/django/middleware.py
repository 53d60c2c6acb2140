"""A middleware that guards every view, but those that say otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction

from credenza_connectors.django import conf
from credenza_connectors.django.guarding import GUARDED, PUBLIC, adding, answer, incoming, note
from credenza_connectors.guard import Passed, Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

_OUTCOME = "_credenza_outcome"

Next = Callable[[Any], Any]
View = Callable[..., Any]


class GuardMiddleware:
    """
    Lets requests with a good token through to any view, and answers all others.

    Views that are decorated by `public` are left out, and by `require`, as these have needs of their own.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Next) -> None:
        """Stand in front of the views."""
        self._next = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)
        # Django tells by the function whether it is to be awaited.
        self.process_view = self._check_async if self._is_async else self._check

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Serve a request; which view it is for is known in `process_view`."""
        if self._is_async:
            return self._serve(request)
        return _finished(request, self._next(request))

    async def _serve(self, request: HttpRequest) -> HttpResponseBase:
        return _finished(request, await self._next(request))

    def _check(self, request: HttpRequest, view: View, args: Any, values: Any) -> HttpResponseBase | None:
        """Check a request before its view is called."""
        if not _is_guarded(view):
            return None
        return _settled(request, conf.guard().check(incoming(request)))

    async def _check_async(self, request: HttpRequest, view: View, args: Any, values: Any) -> HttpResponseBase | None:
        if not _is_guarded(view):
            return None
        return _settled(request, await conf.async_guard().check(incoming(request)))


def _is_guarded(view: View) -> bool:
    return not (getattr(view, PUBLIC, False) or getattr(view, GUARDED, False))


def _settled(request: HttpRequest, outcome: Passed | Refusal) -> HttpResponseBase | None:
    if isinstance(outcome, Refusal):
        return answer(outcome)
    note(request, outcome)
    setattr(request, _OUTCOME, outcome)
    return None


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    outcome: Passed | None = getattr(request, _OUTCOME, None)
    return response if outcome is None else adding(response, outcome.fields)
