"""Django, by the decorator and by the middleware; views that block, and coroutines."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from cases import settings_of, shown
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.test.utils import override_settings
from django.urls import path
from starlette.routing import Mount
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from credenza_connectors.django import caller_of, metadata, require

GUARD = "credenza_connectors.django.middleware.GuardMiddleware"


def settings_for(case: dict[str, Any]) -> dict[str, Any]:
    settings = settings_of(case)
    hosts = case.get("guard", {}).get("hosts")
    if hosts:
        settings["issuer_of"] = lambda request: hosts.get(request.get_host())
    return settings


def view_of(case: dict[str, Any]) -> Any:
    methods = case["route"]["methods"]

    def handler(request: HttpRequest) -> HttpResponse:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        if request.method == "OPTIONS" and "Origin" in request.headers:
            return HttpResponse(status=204, headers={"Access-Control-Allow-Origin": "https://app.example"})
        return JsonResponse(shown(caller_of(request)), safe=False)

    return handler


def coroutine_of(case: dict[str, Any]) -> Any:
    handler = view_of(case)

    async def asynchronous(request: HttpRequest) -> HttpResponse:
        response: HttpResponse = handler(request)
        return response

    return asynchronous


class DjangoApp:
    """Django with settings of its own, as long as the case takes."""

    def __init__(self, case: dict[str, Any], view: Any, *, is_async: bool, middleware: tuple[str, ...] = ()) -> None:
        urls = ModuleType("urls")
        self._override = override_settings(CREDENZA=settings_for(case), ROOT_URLCONF=urls, MIDDLEWARE=middleware)
        self._override.enable()
        route = case["route"]
        urls.urlpatterns = [path(route["path"].removeprefix("/"), view)]  # type: ignore[attr-defined]
        if case.get("kind") == "metadata":
            urls.urlpatterns.append(metadata(**case["metadata"]))  # type: ignore[attr-defined]
        self._app: Any = get_asgi_application() if is_async else get_wsgi_application()
        if "prefix" in route:
            mounted = Mount(route["prefix"], self._app)
            self._app = mounted if is_async else DispatcherMiddleware(self._app, {route["prefix"]: self._app})

    def __call__(self, *arguments: Any) -> Any:
        return self._app(*arguments)

    def close(self) -> None:
        self._override.disable()


def make(case: dict[str, Any]) -> DjangoApp:
    route = case["route"]
    view = require(optional=route["optional"], **route["needs"])(view_of(case))
    return DjangoApp(case, view, is_async=False)


def make_async(case: dict[str, Any]) -> DjangoApp:
    route = case["route"]
    view = require(optional=route["optional"], **route["needs"])(coroutine_of(case))
    return DjangoApp(case, view, is_async=True)


def make_middleware(case: dict[str, Any]) -> DjangoApp:
    return DjangoApp(case, view_of(case), is_async=False, middleware=(GUARD,))


def make_async_middleware(case: dict[str, Any]) -> DjangoApp:
    return DjangoApp(case, coroutine_of(case), is_async=True, middleware=(GUARD,))
