"""Fixtures: an issuer in memory, and an HTTP server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from credenza.testing import Clock, TestIssuer

AUDIENCE = "https://api.example"
NOW = 1_800_000_000

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def issuer(clock: Clock) -> TestIssuer:
    return TestIssuer(clock=clock)


@dataclass
class Server:
    """A server that answers as it is told, and keeps what it was asked."""

    url: str
    answer: Callable[[str], Answer]
    asked: list[str] = field(default_factory=list)

    def serves(self, issuer: TestIssuer) -> None:
        """Answer as an issuer whose name is the server's URL."""

        def answer(path: str) -> Answer:
            status, body = issuer._core.respond(self.url + path, int(issuer.clock()))
            return status, {"Content-Type": "application/json"}, body.encode()

        self.answer = answer


@contextmanager
def running() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            it.asked.append(self.path)
            status, headers, body = it.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            # A client that has read enough hangs up.
            pass

    http = Quiet(("127.0.0.1", 0), Handler)
    it = Server(f"http://127.0.0.1:{http.server_port}", lambda _path: (404, {}, b""))
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    try:
        yield it
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as it:
        yield it
