"""
Django.

    # settings.py
    MIDDLEWARE += ["credenza_connectors.login.django.LoginMiddleware"]
    CREDENZA_LOGIN = {"issuer": "https://id.example", "client_id": "…", "client_secret": "…",
                      "origin": "https://app.example", "secret": SECRET}

    # views.py
    from credenza_connectors.login.django import login

    @login.required
    def home(request):
        return HttpResponse(f"Hello {login.session(request).sub}")

Views may be coroutines: `await login.asession(request)`, `await session.atoken()`.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from credenza import SettingsError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from credenza_connectors.login.errors import SignInNeeded, Unavailable
from credenza_connectors.login.session import Session as BlockingSession
from credenza_connectors.login.wsgi import BlockingLogin, exchange_from

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from credenza_connectors.login.exchange import Answer, Exchange

__all__ = ["Login", "LoginMiddleware", "Session", "login"]

NAME = "CREDENZA_LOGIN"
_EXCHANGE = "_credenza_exchange"
_LONGEST_BODY = 65_536
_NEEDED = ("issuer", "client_id", "origin", "secret")

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


class Session(BlockingSession):
    """A session in Django."""

    async def atoken(self) -> str:
        """Do as `token`, in a coroutine."""
        return await sync_to_async(self.token, thread_sensitive=False)()


class Login:
    """Sign-in for Django, by the setting `CREDENZA_LOGIN`."""

    def session(self, request: HttpRequest) -> Session | None:
        """Find the session of a request, or nothing. Raises `Unavailable` when the store cannot be asked."""
        return _seen(made().session(_exchange(request)))

    async def asession(self, request: HttpRequest) -> Session | None:
        """Do as `session`, in a coroutine."""
        return await sync_to_async(self.session, thread_sensitive=False)(request)

    def current(self, request: HttpRequest) -> Session:
        """Find the session of a request that needs one. Raises `SignInNeeded`, which the middleware answers."""
        return cast("Session", _seen(made().required(_exchange(request))))

    def required(self, view: ViewT) -> ViewT:
        """
        Decorate a view that needs a session: without one, people go to the sign-in and come back.

        Classes are decorated by `django.utils.decorators.method_decorator(login.required, name="dispatch")`.
        """
        if inspect.iscoroutinefunction(view):

            @wraps(view)
            async def asynchronous(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
                await sync_to_async(self.current, thread_sensitive=False)(request)
                response: HttpResponseBase = await view(request, *args, **values)
                return response

            return cast("ViewT", asynchronous)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
            self.current(request)
            response: HttpResponseBase = view(request, *args, **values)
            return response

        return cast("ViewT", guarded)


login = Login()
"""The sign-in of this site."""


class LoginMiddleware:
    """Serves the routes of the sign-in, and sees to the answers of all others."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        """Stand in front of the views. Raises `ImproperlyConfigured`, which says what to write."""
        made()
        self._next = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Serve a request."""
        if self._is_async:
            return self._serve(request)
        answer = made().route(_exchange(request))
        return _completed(request, self._next(request) if answer is None else _response(answer))

    async def _serve(self, request: HttpRequest) -> HttpResponseBase:
        answer = None
        if made().engine.has(_exchange(request).path):
            answer = await sync_to_async(made().route, thread_sensitive=False)(_exchange(request))
        return _completed(request, await self._next(request) if answer is None else _response(answer))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer what views raise for want of a session."""
        if isinstance(error, SignInNeeded):
            return _response(made().engine.refused(_exchange(request)))
        if isinstance(error, Unavailable):
            return _response(made().engine.unavailable(_exchange(request), error))
        return None


@cache
def made() -> BlockingLogin:
    """Make the sign-in of the settings, once. Raises `ImproperlyConfigured`, which says what to write."""
    found = getattr(settings, NAME, None)
    if not isinstance(found, Mapping):
        raise ImproperlyConfigured(f"The setting {NAME} has to be a dict with {', '.join(_NEEDED)} and client_secret.")
    given = dict(cast("Mapping[str, Any]", found))
    for name in _NEEDED:
        if not given.get(name):
            raise ImproperlyConfigured(f"The setting {NAME} lacks {name!r}.")
    try:
        return BlockingLogin(given.pop("issuer"), given.pop("client_id"), given.pop("client_secret", None), given)
    except SettingsError as error:
        raise ImproperlyConfigured(f"The setting {NAME}: {error}.") from error


def _renew(*, setting: str, **_: Any) -> None:
    """Forget the sign-in when a test overrides the settings."""
    if setting == NAME:
        made.cache_clear()


setting_changed.connect(_renew, dispatch_uid="credenza-login")


def _exchange(request: HttpRequest) -> Exchange:
    found: Exchange | None = getattr(request, _EXCHANGE, None)
    if found is None:
        scope: Mapping[str, Any] = getattr(request, "scope", {})
        raw = scope.get("raw_path") or b""
        found = exchange_from(
            request.META,
            lambda: request.read(_LONGEST_BODY + 1),
            is_secure=made().engine.config.is_secure,
            raw=raw.decode("latin-1") or (request.path if scope else None),
        )
        setattr(request, _EXCHANGE, found)
    return found


def _seen(session: BlockingSession | None) -> Session | None:
    if session is None:
        return None
    return Session(session._engine, session._exchange, session._record)


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    del response["Content-Type"]
    for name, value in answer.fields:
        response[name] = value
    return response


def _completed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Add what the sign-in has to say to an answer. Django keeps cookies apart from its other fields."""
    for name, value in _exchange(request).additions():
        if name == "Vary":
            patch_vary_headers(response, [value])
        elif name != "Set-Cookie":
            response[name] = value
    for name, cookie in _exchange(request).set_cookies.items():
        response.set_cookie(
            name, cookie.value, cookie.seconds, httponly=True, samesite="Lax", secure=_exchange(request).is_secure
        )
    return response
