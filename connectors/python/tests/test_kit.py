# Chart 976: What is of one framework or of none in the kit for Python | single flight, bounds, Starlette, async Django
"""What no shared case asks: what is kept and for how long, other frameworks, settings."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import logging
import os
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from credenza import SettingsError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from credenza_connectors.events.webhooks import Memory as SeenInMemory
from credenza_connectors.events.webhooks import Webhooks
from credenza_connectors.kept import Fetched, Kept
from credenza_connectors.kit import Problem, body_limit, timeout
from credenza_connectors.kit.asgi import KitMiddleware, json_body
from credenza_connectors.kit.django import KitMiddleware as DjangoKit
from credenza_connectors.kit.health import Health
from credenza_connectors.kit.log import JsonFormatter
from credenza_connectors.kit.pages import Pages
from credenza_connectors.kit.rate_limit import Memory, RateLimit, per_caller, whole_seconds
from credenza_connectors.kit.threads import within
from credenza_connectors.kit.wsgi import KitMiddleware as WsgiKit
from credenza_connectors.service.token import usable


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_threads_wait_for_one_fetch() -> None:
    kept: Kept[int] = Kept()
    fetches: list[int] = []

    def fetch() -> Fetched[int]:
        fetches.append(1)
        time.sleep(0.05)
        return Fetched(len(fetches), 60)

    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(lambda _: kept.get("a", fetch), range(16))) == {1}
    assert len(fetches) == 1


def test_coroutines_and_threads_wait_for_each_other() -> None:
    kept: Kept[int] = Kept()
    began, ends = threading.Event(), threading.Event()

    def slow() -> Fetched[int]:
        began.set()
        ends.wait(10)
        return Fetched(7, 60)

    async def never() -> Fetched[int]:
        raise AssertionError("fetched twice")

    async def wait() -> list[int]:
        waiting = [asyncio.create_task(kept.get_async("a", never)) for _ in range(4)]
        await asyncio.sleep(0.01)
        waiting.pop().cancel()
        ends.set()
        return await asyncio.gather(*waiting)

    thread = threading.Thread(target=kept.get, args=("a", slow))
    thread.start()
    began.wait(10)
    assert asyncio.run(wait()) == [7, 7, 7]
    thread.join()


def test_who_is_cancelled_leaves_the_fetch_to_the_next() -> None:
    kept: Kept[int] = Kept()

    async def forever() -> Fetched[int]:
        await asyncio.sleep(60)
        raise AssertionError

    async def quick() -> Fetched[int]:
        return Fetched(3, 60)

    async def run() -> int:
        first = asyncio.create_task(kept.get_async("a", forever))
        await asyncio.sleep(0)
        second = asyncio.create_task(kept.get_async("a", quick))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(run()) == 3


def test_what_was_dropped_while_it_was_fetched_is_not_kept() -> None:
    kept: Kept[str] = Kept()

    def dropping() -> Fetched[str]:
        kept.drop("a")
        return Fetched("before", 60)

    assert kept.get("a", dropping) == "before"
    assert kept.get("a", lambda: Fetched("after", 60)) == "after"
    kept.drop_value("before")
    assert kept.get("a", lambda: Fetched("more", 60)) == "after"
    kept.drop_value("after")
    assert kept.get("a", lambda: Fetched("more", 60)) == "more"


def test_the_old_serves_while_the_new_cannot_be_fetched() -> None:
    clock = Time()
    kept: Kept[str] = Kept(stale=5, clock=clock)

    def fail() -> Fetched[str]:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        kept.get("a", fail)
    assert kept.get("a", lambda: Fetched("old", 60)) == "old"
    clock.now += 61
    assert kept.get("a", fail) == "old"
    assert kept.get("a", lambda: Fetched("too early", 60)) == "old"
    clock.now += 6
    assert kept.get("a", lambda: Fetched("new", 60)) == "new"


def test_a_token_is_used_until_shortly_before_its_end() -> None:
    assert [usable(seconds) for seconds in (3600, 600, 100, 10, 0)] == [3540, 540, 90, 9, 0]


def test_windows_are_bounded_and_end() -> None:
    clock = Time()
    memory, limit = Memory(clock), per_caller(2, 10)
    assert [memory.hit([limit], ["a"])[0] for _ in range(3)] == [True, True, False]
    clock.now += 10.1
    assert memory.hit([limit], ["a"])[0]
    for number in range(100_050):
        memory.hit([limit], [f"b{number}"])
    assert len(memory._windows) <= 100_001


def test_a_window_is_never_said_to_last_longer_than_it_does() -> None:
    clock = Time()
    clock.now = 49.459675053120655
    left = Memory(clock).hit([per_caller(2, 60)], ["a"])[1][0].left
    assert left > 60, "floating point is off by a little"
    assert [whole_seconds(one) for one in (left, 59.9, 59.001, 0.0001)] == [60, 60, 60, 0]


def test_names_of_settings() -> None:
    wrong: list[tuple[Any, str]] = [
        (lambda: Pages("short"), "secret"),
        (lambda: Pages([]), "secret"),
        (lambda: RateLimit(), "limits"),
        (lambda: RateLimit(per_caller(0, 1)), "limit"),
        (lambda: Webhooks([]), "secrets"),
        (lambda: Webhooks("whsec_short"), "secrets"),
        (lambda: KitMiddleware(Starlette(), timeout=0), "timeout"),
        (lambda: KitMiddleware(Starlette(), origin="api.example"), "origin"),
        (lambda: KitMiddleware(Starlette(), body_limit=-1), "body_limit"),
        (lambda: KitMiddleware(Starlette(), time_out=1), "time_out"),  # type: ignore[call-arg]
    ]
    for make, name in wrong:
        with pytest.raises(SettingsError) as caught:
            make()
        assert caught.value.setting == name


def test_a_secret_of_cursors_is_replaced() -> None:
    old, new = "the old secret of thirty-two bytes or more", "the new secret of thirty-two bytes or more"
    before = Pages(old)
    page = before.read("limit=1", route="/a")
    cursor = before.answer(page, [5, 6], position=lambda row: row)["next_cursor"]
    assert Pages([new, old]).read(f"cursor={cursor}", route="/a").after == 5
    for pages, query, route in ((Pages(new), f"cursor={cursor}", "/a"), (before, f"cursor={cursor}", "/b"),
                                (before, f"cursor={cursor}&cursor={cursor}", "/a"), (before, "cursor=", "/a"),
                                (before, "cursor=%00", "/a")):  # fmt: skip
        with pytest.raises(Problem) as caught:
            pages.read(query, route=route)
        assert caught.value.name == "invalid_cursor"


def starlette() -> Any:
    @timeout(0.05)
    async def slow(_: Request) -> JSONResponse:
        await asyncio.sleep(5)
        raise AssertionError

    @body_limit(10)
    async def short(request: Request) -> JSONResponse:
        return JSONResponse(await json_body(request))

    async def page(_: Request) -> HTMLResponse:
        return HTMLResponse("<p>page", headers={"X-Content-Type-Options": "own"})

    async def refused(_: Request) -> PlainTextResponse:
        return PlainTextResponse("told", 409)

    def blocking(_: Request) -> JSONResponse:
        raise Problem(418, "teapot", detail="short and stout", handle=1)

    routes = [Route("/slow", slow), Route("/short", short, methods=["POST"]), Route("/page", page)]
    routes += [Route("/refused", refused), Route("/blocking", blocking)]
    return KitMiddleware(Starlette(routes=[Mount("/v1", routes=routes)]), body_limit=1000, timeout=None)


def test_any_asgi_application_has_the_kit() -> None:
    client = TestClient(starlette())
    answer = client.get("/v1/slow")
    assert (answer.status_code, answer.json()["type"], answer.headers["retry-after"]) == (
        503,
        "urn:problem:timeout",
        "1",
    )
    assert client.post("/v1/short", json=[1]).json() == [1]
    assert client.post("/v1/short", json=[1, 2, 3, 4, 5]).status_code == 413
    page = client.get("/v1/page")
    assert ("content-security-policy" in page.headers, page.headers["x-content-type-options"]) == (False, "own")
    refused = client.get("/v1/refused")
    assert (refused.status_code, refused.json()["title"]) == (409, "Conflict")
    teapot = client.get("/v1/blocking", headers={"X-Request-Id": "x"})
    members = {"type": "urn:problem:teapot", "detail": "short and stout", "request_id": "x", "handle": 1}
    assert teapot.json() == {**members, "title": "I'm a Teapot", "status": 418}


def test_any_wsgi_application_has_the_kit(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "credenza.kit")
    told: list[Any] = []

    def app(environ: dict[str, Any], start: Any) -> Any:
        path = environ["PATH_INFO"]
        if path == "/fails":
            raise RuntimeError("inside")
        if path == "/slow":
            time.sleep(0.5)
        body = environ["wsgi.input"].read()
        start("200 OK", [("Content-Type", "text/plain")])
        yield body

    def call(path: str, body: bytes = b"", **fields: str) -> tuple[str, dict[str, str], bytes]:
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "wsgi.input": BytesIO(body), **fields}
        answer = WsgiKit(app, timeout=0.1, body_limit=5)(environ, lambda *given: told.append(given))
        content = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
        line, headers = told.pop()
        return line, dict(headers), content

    line, headers, content = call("/echo", b"12345", HTTP_X_REQUEST_ID="abc", QUERY_STRING="secret=1")
    assert (line, headers["X-Request-Id"], content) == ("200 OK", "abc", b"12345")
    assert call("/echo", b"123456")[0].startswith("413")
    assert call("/echo", CONTENT_LENGTH="6")[0].startswith("413")
    assert call("/slow")[0].startswith("503")
    assert call("/fails")[0].startswith("500")
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert (lines[0]["path"], lines[0]["status"], lines[0]["request_id"]) == ("/echo", 200, "abc")
    assert not any("secret" in json.dumps(one) for one in lines)
    assert any("RuntimeError: inside" in one.get("stack", "") for one in lines)


def test_pages_of_errors_are_for_people() -> None:
    page = HttpResponse("<h1>nothing here", status=404)
    served = DjangoKit(lambda _: page)
    for accept, media_type in (("text/html,*/*", "text/html"), ("*/*", "application/problem+json")):
        answer: Any = served(RequestFactory().get("/nothing", HTTP_ACCEPT=accept))
        assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (404, media_type)
        assert answer["X-Request-Id"]


def test_coroutines_of_django_are_given_up() -> None:
    async def slow(_: Any) -> HttpResponse:
        await asyncio.to_thread(time.sleep, 0.5)
        raise AssertionError

    async def run() -> Any:
        began = time.monotonic()
        answer: Any = await DjangoKit(slow)(RequestFactory().get("/"))  # type: ignore[misc]
        assert time.monotonic() - began < 0.4
        return answer

    with override_settings(CREDENZA_KIT={"timeout": 0.05}):
        assert asyncio.run(run()).status_code == 503
    with override_settings(CREDENZA_KIT={"timeout": 0}), pytest.raises(ImproperlyConfigured, match="timeout"):
        DjangoKit(slow)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_has_threads_of_its_own() -> None:
    assert within(5, lambda: 1, id) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os._exit(within(5, lambda: 7, id))
        except BaseException:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


KEY = b"a key of webhooks, of 32 bytes .."


def signed(version: str, name: str, at: float, body: bytes, private: Any = None) -> dict[str, str]:
    content = f"{name}.{int(at)}.".encode() + body
    raw = hmac.digest(KEY, content, "sha256") if private is None else private.sign(content)
    signature = f"{version},{base64.b64encode(raw).decode()}"
    return {"webhook-id": name, "webhook-timestamp": str(int(at)), "webhook-signature": signature}


def test_webhooks_are_handled_once_each() -> None:
    clock, private = Time(), Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    secrets = ["whsec_" + base64.b64encode(KEY).decode(), "whpk_" + base64.b64encode(raw).decode()]
    webhooks = Webhooks(secrets, clock=clock, seen=SeenInMemory(clock))
    message = webhooks.receive(signed("v1", "a", clock.now, b"{}"), b"{}")
    assert message.is_new
    assert not webhooks.receive(signed("v1a", "a", clock.now, b"{}", private), b"{}").is_new
    webhooks.failed(message)
    assert webhooks.receive(signed("v1a", "a", clock.now, b"{}", private), b"{}").is_new
    for headers in (
        signed("v1a", "b", clock.now, b"{}"),
        signed("v1", "b", clock.now, b"{}", private),
        signed("v1", "b", clock.now - 301, b"{}"),
        signed("v1", "b", clock.now + 301, b"{}"),
        {**signed("v1", "b", clock.now, b"{}"), "webhook-id": "c"},
        {},
    ):
        with pytest.raises(Problem) as caught:
            webhooks.receive(headers, b"{}")
        assert (caught.value.status, caught.value.name) == (400, "invalid_signature")


def test_checks_of_health_have_a_time() -> None:
    def hang() -> None:
        time.sleep(0.5)

    async def hang_async() -> None:
        await asyncio.sleep(5)

    assert Health(a=lambda: True, b=hang, timeout=0.05).report()[0] == 503
    status, document = asyncio.run(Health(a=lambda: None, b=hang_async, c=lambda: False, timeout=0.05).report_async())
    assert (status, document["checks"]) == (503, {"a": "ok", "b": "failed", "c": "failed"})
    assert Health(a=lambda: True).report() == (200, {"status": "ok", "checks": {"a": "ok"}})
