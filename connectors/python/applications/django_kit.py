"""The kit in Django: every part of it, for the cases that applications of all languages share."""

from __future__ import annotations

import os
import time
from typing import Any

from credenza_connectors.kit.log import to_stdout
from django.conf import settings

import kit_environment as env

settings.configure(
    ALLOWED_HOSTS=["*"],
    APPEND_SLASH=False,
    CREDENZA={"issuer": env.ISSUER, "audience": env.AUDIENCE},
    CREDENZA_KIT={"origin": env.ORIGIN, "body_limit": 1024, "timeout": 0.3},
    INSTALLED_APPS=["credenza_connectors.django"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["credenza_connectors.kit.django.KitMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=env.SECRETS[0],
)

from credenza_connectors.django import GuardedRequest, require  # noqa: E402
from credenza_connectors.kit import body_limit, timeout  # noqa: E402
from credenza_connectors.kit.django import json_body  # noqa: E402
from credenza_connectors.kit.health import LIVE  # noqa: E402
from credenza_connectors.service import ServiceError  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.http import require_GET, require_POST, require_safe  # noqa: E402

import kit_parts as parts  # noqa: E402


def ok() -> JsonResponse:
    """Answer that all is well."""
    return JsonResponse({"ok": True})


@timeout(15)
@require_safe
def livez(_request: HttpRequest) -> JsonResponse:
    """Tell that the process lives."""
    return JsonResponse(LIVE[1], status=LIVE[0])


@timeout(15)
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Tell whether what is needed is there."""
    status, document = parts.health.report()
    return JsonResponse(document, status=status)


@timeout(15)
@require_POST
def echo(request: HttpRequest) -> JsonResponse:
    """Answer the body."""
    return JsonResponse(json_body(request), safe=False)


@timeout(15)
@body_limit(65536)
@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """Take more than other routes do."""
    return JsonResponse({"bytes": len(request.body)})


def slow(request: HttpRequest) -> JsonResponse:
    """Take some time."""
    time.sleep(float(request.GET.get("ms", 0)) / 1000)
    return ok()


@timeout(1)
def slower(request: HttpRequest) -> JsonResponse:
    """Take more time than others may."""
    return slow(request)


def fail(_request: HttpRequest) -> HttpResponse:
    """Fail as nobody expected."""
    raise RuntimeError("inside-of-the-handler")


@timeout(15)
@require_GET
@require()
def items(request: GuardedRequest) -> JsonResponse:
    """List items in pages."""
    return JsonResponse(parts.list_items(request.META.get("QUERY_STRING", ""), request.caller))


@timeout(15)
@require()
def limited(request: GuardedRequest) -> JsonResponse:
    """Answer so many times."""
    parts.limits.hit(request.caller)
    return ok()


@timeout(15)
@require()
def edit(request: GuardedRequest) -> JsonResponse:
    """Do what needs a permission."""
    parts.roles.need(request.caller, "items:write")
    return ok()


@timeout(15)
@require()
def reports(request: GuardedRequest) -> JsonResponse:
    """Do what needs a plan."""
    parts.plans.need(request.caller, "pro", "enterprise")
    return ok()


@timeout(15)
@require()
def exports(request: GuardedRequest) -> JsonResponse:
    """Do what a plan includes, or not."""
    parts.features.need(request.caller, "exports")
    return ok()


@timeout(15)
@require()
def projects(request: GuardedRequest) -> JsonResponse:
    """Do what a plan includes so many times."""
    parts.features.need_room(request.caller, "projects", int(request.GET.get("used", 0)))
    return ok()


@timeout(15)
@require_POST
def hooks(request: HttpRequest) -> HttpResponse:
    """Take a message."""
    return HttpResponse(status=parts.take_message(request.headers, request.body))


@timeout(15)
def hooks_seen(_request: HttpRequest) -> JsonResponse:
    """List the messages that were handled."""
    return JsonResponse(env.hooks_seen, safe=False)


@timeout(15)
def events_seen(_request: HttpRequest) -> JsonResponse:
    """List the events that were handled."""
    return JsonResponse(env.events_seen, safe=False)


@timeout(15)
def call_machine(_request: HttpRequest) -> JsonResponse:
    """Call a service in the name of this one."""
    return calling(lambda: parts.orders.get("/machine").json())


@timeout(15)
@require()
def call_behalf(request: GuardedRequest) -> JsonResponse:
    """Call a service in the name of whoever called."""
    return calling(lambda: parts.orders.get("/behalf", behalf=request.headers["Authorization"]).json())


@timeout(15)
def users(request: HttpRequest) -> JsonResponse:
    """Make a user, or find one by name."""
    if request.method == "POST":
        return calling(lambda: parts.users.create(json_body(request)["username"]), 201)
    return calling(lambda: parts.find_user(request.GET["username"]))


@timeout(15)
def user(request: HttpRequest, user_id: str) -> HttpResponse:
    """Show a user, or delete them."""
    if request.method == "DELETE":
        calling(lambda: parts.users.delete(user_id))
        return HttpResponse(status=204)
    return calling(lambda: parts.users.get(user_id))


@timeout(15)
@require_POST
def change_user(_request: HttpRequest, user_id: str, action: str) -> JsonResponse:
    """Disable or enable a user."""
    return calling(lambda: (parts.users.disable if action == "disable" else parts.users.enable)(user_id))


def calling(call: Any, status: int = 200) -> JsonResponse:
    """Call another service, and answer what it says, or does not do."""
    try:
        return JsonResponse(call(), safe=False, status=status)
    except ServiceError as error:
        raise parts.problem_of(error) from error


urlpatterns = [
    path("livez", livez),
    path("readyz", readyz),
    path("echo", echo),
    path("upload", upload),
    path("slow", slow),
    path("slower", slower),
    path("fail", fail),
    path("items", items),
    path("limited", limited),
    path("edit", edit),
    path("reports", reports),
    path("exports", exports),
    path("projects", projects),
    path("hooks/credenza", hooks),
    path("hooks/seen", hooks_seen),
    path("events/seen", events_seen),
    path("call/machine", call_machine),
    path("call/behalf", call_behalf),
    path("call/users", users),
    path("call/users/<user_id>", user),
    path("call/users/<user_id>/<action>", change_user),
]

if __name__ == "__main__":
    to_stdout()
    if os.environ.get("ASYNC"):
        parts.serve_asgi(get_asgi_application())
    else:
        parts.serve(get_wsgi_application())
