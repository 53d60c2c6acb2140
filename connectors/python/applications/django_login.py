"""Django with a sign-in, for the shared cases: views that block, or with ASYNC=1 coroutines behind uvicorn."""

import os
from typing import Any

import uvicorn
from django.conf import settings

from login_settings import PORT, from_environment, me, page, ready

settings.configure(
    ALLOWED_HOSTS=["*"],
    CREDENZA_LOGIN=from_environment(),
    MIDDLEWARE=["credenza_connectors.login.django.LoginMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not used here",  # noqa: S106
)

from credenza_connectors.login.django import login  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.servers.basehttp import run  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path, re_path  # noqa: E402


def public(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("public", content_type="text/plain")


@login.required
def whoami(request: HttpRequest) -> HttpResponse:
    return JsonResponse(me(login.current(request)))


@login.required
def token(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"access_token": login.current(request).token()})


@login.required
def protected(request: HttpRequest) -> HttpResponse:
    return HttpResponse(page(login.current(request)))


@login.required
async def whoami_async(request: HttpRequest) -> HttpResponse:
    session = await login.asession(request)
    return JsonResponse(me(session)) if session else HttpResponse(status=500)


@login.required
async def token_async(request: HttpRequest) -> HttpResponse:
    session = await login.asession(request)
    return JsonResponse({"access_token": await session.atoken()}) if session else HttpResponse(status=500)


@login.required
async def protected_async(request: HttpRequest) -> HttpResponse:
    session = await login.asession(request)
    return HttpResponse(page(session)) if session else HttpResponse(status=500)


is_async = bool(os.environ.get("ASYNC"))
urlpatterns = [
    path("", public),
    path("me", whoami_async if is_async else whoami),
    path("token", token_async if is_async else token),
    re_path("^protected", protected_async if is_async else protected),
]


class Server(uvicorn.Server):
    """A server that says when it listens."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        ready()


if __name__ == "__main__":
    if is_async:
        Server(uvicorn.Config(get_asgi_application(), port=PORT, log_level="warning", lifespan="off")).run()
    else:
        run("127.0.0.1", PORT, get_wsgi_application(), threading=True, on_bind=lambda _: ready())
