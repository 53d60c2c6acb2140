# Chart 977: A service in FastAPI with the whole kit | each endpoint with its refusals; tokens of a real provider
"""The example `service_app.py`: validation, context, roles, plans, features, limits, pages, service client."""

from __future__ import annotations

import base64
import hmac
import importlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from providers import AUDIENCE

from credenza_connectors.testing import Issuer, stand_in

EXAMPLES = Path(__file__).parents[1] / "examples"
BILLING = "https://billing.example"
KEY = b"a key of webhooks, of 32 bytes .."


class Beside(BaseHTTPRequestHandler):
    """What the service calls: features of plans, and the service of invoices, which asks who calls."""

    plans: dict[str, Any]
    asked: list[tuple[str, str]]
    provider: Any

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
        self.asked.append((url.path, token))
        if url.path == "/features":
            self.answer(200, self.plans[parse_qs(url.query)["plan"][0]])
        elif url.path == "/invoices":
            known = self.provider.is_active(token)
            self.answer(200 if known else 401, {"invoices": [parse_qs(url.query)["tenant"][0]]})
        else:
            self.answer(200, {"token": token})

    def answer(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class World:
    """The service, its client, and an issuer that signs whoever calls."""

    def __init__(self, client: TestClient, issuer: Issuer, beside: type[Beside]) -> None:
        self.client, self.issuer, self.beside = client, issuer, beside

    def ask(self, method: str, path: str, body: Any = None, **claims: Any) -> Any:
        usual = {"scope": "orders", "sub": "ann", "tenant": "acme", "roles": ["clerk"], "plan": "free"}
        headers = self.issuer.sign(**{**usual, **claims})
        return self.client.request(method, path, json=body, headers=headers)


@pytest.fixture
def world(credenza_provider: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    machine = credenza_provider.add_client(
        grant_types=["client_credentials"], resources=[BILLING], scope="invoices:read"
    )
    members = {"plans": {"free": {"exports": False, "orders": 2}, "pro": {"exports": True, "orders": True}}}
    beside = type("Here", (Beside,), {**members, "asked": [], "provider": credenza_provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), beside)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    environment = {
        "ISSUER": credenza_provider.issuer,
        "SECRET": "the secret of cursors, 32 bytes or more",
        "CLIENT_ID": machine.client_id,
        "CLIENT_SECRET": machine.client_secret,
        "FEATURES_URL": f"{url}/features",
        "BILLING_URL": url,
        "WEBHOOK_SECRET": "whsec_" + base64.b64encode(KEY).decode(),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(EXAMPLES))
    sys.modules.pop("service_app", None)
    try:
        app = importlib.import_module("service_app").app
        with stand_in(credenza_provider.issuer, AUDIENCE) as issuer, TestClient(app) as client:
            yield World(client, issuer, beside)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json()
    assert document["type"] == (f"urn:problem:{name}" if name else "about:blank")
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


def test_whoever_calls_is_known_or_refused(world: World) -> None:
    answer = world.ask("GET", "/me")
    assert answer.json() == {"sub": "ann", "tenant": "acme", "plan": "free", "roles": ["clerk"]}
    assert answer.headers["cache-control"] == "no-store"
    refused = world.client.get("/me")
    problem(refused, 401, "")
    assert refused.headers["www-authenticate"] == 'Bearer scope="orders"'
    problem(world.ask("GET", "/me", scope="others"), 403, "")


def test_orders_are_those_of_the_tenant_in_pages(world: World) -> None:
    for product in ("book", "pen", "book"):
        assert world.ask("POST", "/orders", {"product": product}, plan="pro").status_code == 201
    first = world.ask("GET", "/orders?limit=1&product=book")
    assert [one["id"] for one in first.json()["items"]] == [1]
    (link,) = first.headers.get_list("link")
    assert link.endswith('>; rel="next"')
    second = world.ask("GET", link.partition(">")[0].removeprefix("<"))
    assert ([one["id"] for one in second.json()["items"]], second.json()["next_cursor"]) == ([3], None)
    cursor = first.json()["next_cursor"]
    problem(world.ask("GET", f"/orders?limit=1&cursor={cursor}"), 400, "invalid_cursor")
    problem(world.ask("GET", f"/orders?product=book&cursor={cursor}", sub="bea"), 400, "invalid_cursor")
    problem(world.ask("GET", "/orders?limit=0"), 400, "invalid_limit")
    assert world.ask("GET", "/orders", tenant="other").json() == {"items": [], "next_cursor": None}
    problem(world.ask("GET", "/orders", tenant=None), 403, "tenant_missing")


def test_roles_say_who_may_write(world: World) -> None:
    body = {"product": "book"}
    assert world.ask("GET", "/orders", roles=["auditor"]).status_code == 200
    refused = problem(world.ask("POST", "/orders", body, roles=["auditor"]), 403, "permission_missing")
    assert refused["permission"] == "orders:write"
    for grants in ({"roles": ["admin"]}, {"roles": [], "permissions": ["orders:write"]}):
        assert world.ask("POST", "/orders", body, **grants).status_code == 201


def test_bodies_are_checked(world: World) -> None:
    problem(world.ask("POST", "/orders", ["book"]), 422, "invalid_order")
    problem(world.ask("POST", "/orders", {"product": "b" * 10_000}), 413, "body_too_large")
    signed = {**world.issuer.sign(scope="orders", tenant="acme", roles=["clerk"], plan="pro")}
    broken = world.client.post("/orders", content=b"{", headers={**signed, "Content-Type": "application/json"})
    problem(broken, 400, "invalid_json")
    problem(world.client.post("/orders", content=b"{}", headers=signed), 415, "unsupported_media_type")


def test_plans_include_features_until_they_change(world: World) -> None:
    body = {"product": "book"}
    assert [world.ask("POST", "/orders", body).status_code for _ in range(2)] == [201, 201]
    refused = problem(world.ask("POST", "/orders", body), 403, "limit_reached")
    assert (refused["limit"], refused["used"], refused["upgrade_url"]) == (2, 2, "https://app.example/upgrade")
    problem(world.ask("GET", "/exports"), 403, "feature_missing")
    assert len(world.ask("GET", "/exports", plan="pro").json()["orders"]) == 2
    world.beside.plans["free"]["exports"] = True
    assert world.ask("GET", "/exports").status_code == 403
    assert send(world, "m1", {"type": "features.changed", "data": {"plan": "free"}}).status_code == 204
    assert world.ask("GET", "/exports").status_code == 200
    assert [path for path, _ in world.beside.asked] == ["/features"] * 3


def send(world: World, name: str, event: Any, key: bytes = KEY) -> Any:
    body, at = json.dumps(event).encode(), str(int(time.time()))
    mac = hmac.digest(key, f"{name}.{at}.".encode() + body, "sha256")
    signature = "v1," + base64.b64encode(mac).decode()
    headers = {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": signature}
    return world.client.post("/hooks/credenza", content=body, headers=headers)


def test_messages_have_to_be_signed(world: World) -> None:
    problem(
        send(world, "m1", {"type": "features.changed"}, b"another key, of thirty-two bytes"), 400, "invalid_signature"
    )
    assert send(world, "m1", {"type": "features.changed"}).status_code == 204


def test_reports_are_for_larger_plans(world: World) -> None:
    answer = world.ask("GET", "/reports")
    refused = problem(answer, 403, "plan_required")
    assert (refused["plan"], refused["plans"]) == ("free", ["pro", "enterprise"])
    assert answer.headers["link"] == '<https://app.example/upgrade>; rel="payment"'
    assert world.ask("GET", "/reports", plan="pro").json() == {"orders": 0}


def test_callers_have_a_limit_each(world: World) -> None:
    answers = [world.ask("GET", "/me") for _ in range(21)]
    assert [one.status_code for one in answers] == [200] * 20 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"caller";q=20;w=60, "tenant";q=100;w=60'
    assert answers[0].headers["ratelimit"].startswith('"caller";r=19;t=60, "tenant";r=99;')
    assert problem(answers[20], 429, "rate_limited")["limits"] == ["caller"]
    assert 0 < int(answers[20].headers["retry-after"]) <= 60
    assert world.ask("GET", "/me", sub="bea").status_code == 200


def test_invoices_are_asked_for_with_a_token_of_the_service(world: World, credenza_provider: Any) -> None:
    for _ in range(3):
        assert world.ask("GET", "/invoices").json() == {"invoices": ["acme"]}
    assert credenza_provider.requests("token") == 1
    ((_, token), *_) = world.beside.asked
    credenza_provider.revoke(token)
    assert world.ask("GET", "/invoices").status_code == 200
    assert credenza_provider.requests("token") == 2
    mine = world.ask("GET", "/my-invoices").json()["token"]
    assert mine.count(".") == 2
    assert mine not in (token, world.beside.asked[-2][1])


def test_health_says_what_is_there(world: World, credenza_provider: Any) -> None:
    assert world.client.get("/livez").json() == {"status": "ok"}
    credenza_provider.fault("token", status=503, times=1)
    answer = world.client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"issuer": "failed"})
    assert world.client.get("/readyz").json() == {"status": "ok", "checks": {"issuer": "ok"}}
