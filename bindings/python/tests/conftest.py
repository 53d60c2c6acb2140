"""Fixtures: an issuer in memory, and an HTTP server on this machine."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from credenza import _log
from credenza.testing import Clock, TestIssuer

AUDIENCE = "https://api.example"
NOW = 1_800_000_000

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(autouse=True)
def log_of_its_own() -> None:
    """Write each line again, which another test may have caused within the minute."""
    _log.renew()


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
    headers: list[dict[str, str]] = field(default_factory=list)
    """The fields of each request, their names in lower case."""
    tunnels: list[str] = field(default_factory=list)
    """Where it was asked to connect to, as a proxy."""
    places: dict[str, str] = field(default_factory=dict)
    """Where a host and port really are, for a proxy; what is not in it is there where it says."""

    def serves(self, issuer: TestIssuer, name: str | None = None) -> None:
        """Answer as an issuer whose name is the server's URL, or another."""

        def answer(path: str) -> Answer:
            status, body = issuer._core.respond((name or self.url) + path, int(issuer.clock()))
            return status, {"Content-Type": "application/json"}, body.encode()

        self.answer = answer


def relay(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            it.asked.append(self.path)
            it.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = it.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_CONNECT(self) -> None:
            it.tunnels.append(self.path)
            host, port = it.places.get(self.path, self.path).rsplit(":", 1)
            self.send_response(200)
            self.end_headers()
            with socket.create_connection((host, int(port))) as there:
                back = threading.Thread(target=relay, args=(there, self.connection))
                back.start()
                relay(self.connection, there)
                back.join()
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            # A client that has read enough hangs up.
            pass

    http = Quiet(("127.0.0.1", 0), Handler)
    if context is not None:
        http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "http" if context is None else "https"
    it = Server(f"{scheme}://127.0.0.1:{http.server_port}", lambda _path: (404, {}, b""))
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
