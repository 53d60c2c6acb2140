# Chart 979
"""What the shared cases do not ask of the service client: redirects, answers that are none, where secrets go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from credenza import SettingsError
from providers import AUDIENCE

from credenza_connectors.service import Service, Tokens, Unavailable, Users


@contextmanager
def answering(status: int, fields: dict[str, str], body: bytes) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in {**fields, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client() as made:
        yield made


def tokens_of(provider: Any, client: httpx2.Client) -> Tokens:
    machine = provider.add_client(grant_types=["client_credentials"], resources=[AUDIENCE], scope="orders:read")
    return Tokens(provider.issuer, machine.client_id, machine.client_secret, client=client)


def test_a_token_is_not_taken_elsewhere(credenza_provider: Any, client: httpx2.Client) -> None:
    tokens = tokens_of(credenza_provider, client)
    with answering(200, {}, b"{}") as (other, asked):
        with answering(302, {"Location": f"{other}/taken"}, b"") as (url, _):
            service = Service(url, tokens=tokens, scope="orders:read", resource=AUDIENCE, client=client)
            with pytest.raises(Unavailable) as caught:
                service.get("/orders")
        assert (caught.value.status, asked) == (302, [])
        assert (
            Service(other, tokens=tokens, scope="orders:read", resource=AUDIENCE, client=client).get("/orders").json()
            == {}
        )


def test_what_cannot_be_forwarded_is_not(client: httpx2.Client) -> None:
    with answering(200, {}, b"{}") as (url, asked):
        service = Service(url, client=client)
        for behalf in ("DPoP abc", "Basic abc", "", "Bearer a b", "Bearer a\r\nX: y"):
            with pytest.raises(ValueError, match="no bearer token"):
                service.get("/orders", behalf=behalf)
        with pytest.raises(ValueError, match="slash"):
            service.get("@other.example/", behalf="Bearer abc")
        assert asked == []
        assert service.get("/orders", behalf="Bearer abc").json() == {}


def test_an_issuer_that_does_not_answer_as_one_is_away(client: httpx2.Client) -> None:
    other = b'{"issuer": "https://other.example", "token_endpoint": "https://other.example/token"}'
    for body in (b"<html>", b"[]", other):
        with answering(200, {}, body) as (url, _), pytest.raises(Unavailable):
            Users(url, "client", "secret", client=client).find("ann")


def test_secrets_go_over_https_alone() -> None:
    Tokens("https://id.example", "client", "secret")
    Tokens("http://id.internal", "client", "secret", allow_http=True)
    for issuer in ("http://id.example", "ftp://id.example", "id.example", ""):
        with pytest.raises(SettingsError) as caught:
            Tokens(issuer, "client", "secret")
        assert caught.value.setting == "issuer"
