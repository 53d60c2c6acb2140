# Chart 897
"""What is Django's own: system checks, decorators of classes, public views, and Django REST framework's permissions."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from credenza_connectors.django import caller_of, public, require
from credenza_connectors.django.rest import CredenzaAuthentication, exception_handler, needs, optionally
from credenza_connectors.testing import Issuer

GUARD = "credenza_connectors.django.middleware.GuardMiddleware"


def checks_of(**settings: Any) -> list[str]:
    with override_settings(**settings):
        return [str(found.id) for found in run_checks() if str(found.id).startswith("credenza")]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, []),
        ({"CREDENZA": None}, ["credenza.E001"]),
        ({"CREDENZA": {"audience": "x"}}, ["credenza.E001"]),
        ({"CREDENZA": {"issuer": "https://id.example"}}, ["credenza.E001"]),
        ({"CREDENZA": {"issuer": "https://id.example", "audience": "x", "leeway": -1}}, ["credenza.E001"]),
        ({"CREDENZA": {"issuer": "https://id.example", "audience": "x", "debug": True}}, ["credenza.W001"]),
        (
            {
                "REST_FRAMEWORK": {
                    "DEFAULT_AUTHENTICATION_CLASSES": [f"{CredenzaAuthentication.__module__}.CredenzaAuthentication"]
                }
            },
            ["credenza.W002"],
        ),
    ],
)
def test_system_checks(settings: dict[str, Any], wanted: list[str]) -> None:
    assert checks_of(**settings) == wanted


def test_the_message_says_what_to_write() -> None:
    with override_settings(CREDENZA={}):
        (found,) = (one for one in run_checks() if one.id == "credenza.E001")
    assert "lacks 'issuer'" in str(found.msg)


@method_decorator(require(scopes=["orders:read"]), name="dispatch")
class Orders(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        caller = caller_of(request)
        return HttpResponse(caller.sub if caller else "nobody")


@public
def open_to_all(_: HttpRequest) -> HttpResponse:
    return HttpResponse("all")


def plain(request: HttpRequest) -> HttpResponse:
    return Orders().get(request)


class Base(APIView):
    authentication_classes: Any = [CredenzaAuthentication]

    def get_exception_handler(self) -> Any:
        return exception_handler

    def get(self, request: Any) -> Response:
        return Response({"sub": request.auth and request.auth.sub, "user": str(request.user)})


class Two(Base):
    permission_classes = [IsAuthenticated, needs(scopes=["orders:read"]), needs(scopes=["api"], roles=["editor"])]


class Either(Base):
    permission_classes = [needs(scopes=["orders:read"]) | needs(scopes=["api"])]  # type: ignore[operator]


class KeyUser:
    is_authenticated = True

    def __str__(self) -> str:
        return "the key's"


class ByKey(BaseAuthentication):
    def authenticate(self, request: Any) -> Any:
        return (KeyUser(), None) if request.headers.get("X-Key") == "k" else None


class WithKey(Base):
    authentication_classes = [CredenzaAuthentication, ByKey]
    permission_classes = [needs(scopes=["orders:read"])]


class Keyed(WithKey):
    permission_classes = [IsAuthenticated]


class Optionally(Base):
    permission_classes = [optionally(scopes=["orders:read"])]


@pytest.fixture
def client() -> Iterator[Client]:
    urls = ModuleType("urls")
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path("orders", Orders.as_view()),
        path("open", open_to_all),
        path("plain", plain),
        *(path(view.__name__.lower(), view.as_view()) for view in (Two, Either, WithKey, Keyed, Optionally)),
    ]
    with override_settings(ROOT_URLCONF=urls):
        yield Client()


def test_classes_are_decorated(client: Client, credenza_issuer: Issuer) -> None:
    assert client.get("/orders", headers=credenza_issuer.sign(scope="orders:read", sub="ann")).content == b"ann"
    assert client.get("/orders", headers=credenza_issuer.sign()).status_code == 403


def test_the_middleware_guards_what_is_not_public(client: Client, credenza_issuer: Issuer) -> None:
    good = credenza_issuer.sign(scope="orders:read", sub="ann")
    with override_settings(MIDDLEWARE=[GUARD]):
        client = Client()
        assert client.get("/open").content == b"all"
        assert [client.get(url).status_code for url in ("/plain", "/orders")] == [401, 401]
        assert [client.get(url, headers=good).content for url in ("/plain", "/orders")] == [b"ann", b"ann"]
        assert client.get("/orders", headers=credenza_issuer.sign()).status_code == 403


def test_permissions_are_asked_for_together(client: Client, credenza_issuer: Issuer) -> None:
    good = credenza_issuer.sign(scope="api orders:read", roles=["editor"], sub="ann")
    answer = client.get("/two", headers=good)
    assert (answer.status_code, answer.json()) == (200, {"sub": "ann", "user": "ann"})
    assert "Authorization" in answer.headers["Vary"]
    for claims in ({"scope": "api orders:read"}, {"scope": "api", "roles": ["editor"]}):
        assert client.get("/two", headers=credenza_issuer.sign(**claims)).status_code == 403
    answer = client.get("/two")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer scope="orders:read api"')


def test_permissions_are_not_combined_by_or(client: Client, credenza_issuer: Issuer) -> None:
    with pytest.raises(ImproperlyConfigured, match="not combined"):
        client.get("/either", headers=credenza_issuer.sign(scope="orders:read"))


def test_other_authentication_stands_beside(
    client: Client, credenza_issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "credenza.guard")
    assert client.get("/withkey", headers=credenza_issuer.sign(scope="orders:read", sub="ann")).json()["sub"] == "ann"
    assert client.get("/keyed", headers={"X-Key": "k"}).json()["user"] == "the key's"
    assert client.get("/keyed", headers={"X-Key": "k", "Authorization": "Token x"}).json()["user"] == "the key's"
    assert caplog.records == []
    assert client.get("/withkey", headers={"X-Key": "k"}).status_code == 403
    answer = client.get("/withkey")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer scope="orders:read"')
    assert len([one for one in caplog.records if one.name == "credenza.guard"]) == 1
    assert client.get("/withkey", headers=credenza_issuer.sign(aud="x")).status_code == 401


def test_an_optional_view(client: Client, credenza_issuer: Issuer) -> None:
    assert client.get("/optionally").json()["sub"] is None
    assert (
        client.get("/optionally", headers=credenza_issuer.sign(scope="orders:read", sub="ann")).json()["sub"] == "ann"
    )
    assert client.get("/optionally", headers=credenza_issuer.sign()).status_code == 403
