"""
The kit for Django.

    MIDDLEWARE = ["credenza_connectors.kit.django.KitMiddleware", ...]     # the first one
    CREDENZA_KIT = {"origin": "https://api.example", "timeout": 10}
"""

from __future__ import annotations

import asyncio
import io
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from credenza import SettingsError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve

from credenza_connectors.django.guarding import caller_of
from credenza_connectors.kit.body_limit import Limited, is_too_long, json_of, limit_of, too_large
from credenza_connectors.kit.exchange import Exchange, current
from credenza_connectors.kit.log import tell, tell_exception
from credenza_connectors.kit.problem import Problem, documented, internal
from credenza_connectors.kit.settings import Rules
from credenza_connectors.kit.threads import Abandoned, within
from credenza_connectors.kit.timeout import timed_out, timeout_of
from credenza_connectors.request import path_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from credenza_connectors.kit.problem import Answer
    from credenza_connectors.kit.settings import KitSettings

NAME = "CREDENZA_KIT"


class KitMiddleware:
    """
    Request ids, log, security headers, body limit, timeout, and problems, around all views.

    With a timeout, views that are no coroutines run in another thread of the kit, which cannot be stopped: after the
    answer they may still be at work.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        """Stand in front of the views."""
        self._next = get_response
        try:
            self._rules = Rules(cast("KitSettings", getattr(settings, NAME, {})))
        except SettingsError as error:
            raise ImproperlyConfigured(f"The setting {NAME}: {error}.") from error
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Serve a request."""
        if self._is_async:
            return self._serve_async(request)
        exchange = self._begun(request)
        token = current.set(exchange)
        try:
            return self._complete(request, exchange, self._serve(request, exchange))
        finally:
            current.reset(token)

    def _begun(self, request: HttpRequest) -> Exchange:
        given = request.headers.get("X-Request-Id")
        scope: dict[str, Any] | None = getattr(request, "scope", None)
        raw = None if scope is None else scope.get("raw_path")
        return self._rules.begin(
            str(request.method),
            raw.decode("latin-1").partition("?")[0] if raw else path_of({"PATH_INFO": "", **request.META}),
            [] if given is None else [given],
            has_credentials="Authorization" in request.headers or "Cookie" in request.headers,
        )

    def _serve(self, request: HttpRequest, exchange: Exchange) -> HttpResponseBase:
        try:
            view = _view_of(request)
            _limit(request, limit_of(view, self._rules.body_limit))
            seconds = timeout_of(view, self._rules.timeout)
            if seconds is None:
                return cast("HttpResponseBase", self._next(request))
            context = copy_context()
            return within(seconds, lambda: context.run(self._in_thread, request), HttpResponseBase.close)
        except Abandoned:
            return _response(timed_out().answer(exchange.request_id))
        except Problem as problem:
            return _response(problem.answer(exchange.request_id))

    def _in_thread(self, request: HttpRequest) -> HttpResponseBase:
        """Call the view in the thread of the kit, whose connections to databases nobody else sees to."""
        close_old_connections()
        try:
            return cast("HttpResponseBase", self._next(request))
        finally:
            close_old_connections()

    async def _serve_async(self, request: HttpRequest) -> HttpResponseBase:
        exchange = self._begun(request)
        token = current.set(exchange)
        try:
            view = _view_of(request)
            _limit(request, limit_of(view, self._rules.body_limit))
            response = await _within(timeout_of(view, self._rules.timeout), self._next(request))
        except Abandoned:
            response = _response(timed_out().answer(exchange.request_id))
        except Problem as problem:
            response = _response(problem.answer(exchange.request_id))
        finally:
            current.reset(token)
        return self._complete(request, exchange, response)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer what a view raised; in debug mode, exceptions that nobody expected have the page of Django."""
        exchange = current.get()
        if exchange is None:
            return None
        if isinstance(error, Problem):
            return _response(error.answer(exchange.request_id))
        if settings.DEBUG or type(error).__module__.startswith("django."):
            return None
        tell_exception(self._rules.logger, exchange, error)
        return _response(internal().answer(exchange.request_id))

    def _complete(self, request: HttpRequest, exchange: Exchange, response: HttpResponseBase) -> HttpResponseBase:
        fields = list(response.items())
        # Pages are for people, and for developers; programs get a document.
        is_page = response.get("Content-Type", "").startswith("text/html")
        is_for_people = settings.DEBUG or "text/html" in request.headers.get("Accept", "")
        if response.status_code >= 400 and is_page and not is_for_people:
            response = _response(documented(response.status_code, fields, exchange.request_id), response.cookies)
        else:
            answer = self._rules.finished(exchange, response.status_code, fields)
            response = response if answer is None else _response(answer, response.cookies)
        for name, value in self._rules.more(exchange, list(response.items())):
            response[name] = value
        exchange.caller = caller_of(request)
        tell(self._rules.logger, exchange, response.status_code)
        return response


async def _within(seconds: float | None, work: Coroutine[Any, Any, HttpResponseBase]) -> HttpResponseBase:
    """Wait for an answer so long, and no longer, even if it comes from a thread that cannot be stopped."""
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.cancel()
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise Abandoned
    return task.result()


def _view_of(request: HttpRequest) -> Any:
    """Route a request ahead of Django, as limits hold from the first byte of its body."""
    try:
        return resolve(request.path_info, getattr(request, "urlconf", None)).func
    except Resolver404:
        return None


def _limit(request: HttpRequest, limit: int) -> None:
    """Limit the body. Django reads none that is sent in chunks (WSGI): here it is read, and handed on."""
    if is_too_long(request.META.get("CONTENT_LENGTH"), limit):
        raise too_large(limit)
    stream: Any = getattr(request, "_stream", None)
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower() or stream is None:
        return
    if hasattr(request, "scope"):
        # ASGI: Django has read all of it into a file before.
        length = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        if length > limit:
            raise too_large(limit)
    elif request.META.get("wsgi.input_terminated"):
        body = Limited(request.META["wsgi.input"], limit).read()
        request.META["CONTENT_LENGTH"] = str(len(body))
        request._stream = io.BytesIO(body)


def _response(answer: Answer, cookies: Any = None) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    for name, value in answer.fields:
        response[name] = value
    if cookies:
        response.cookies = cookies
    return response


def json_body(request: HttpRequest) -> Any:
    """Read a body that has to be JSON. Raises the problems `unsupported_media_type` (415) and `invalid_json` (400)."""
    return json_of(request.body, request.headers.get("Content-Type"))
