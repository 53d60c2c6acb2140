"""Starts an issuer, and the applications one after the other, and has `load` measure each; see ../README.md."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from credenza.testing import TestIssuer

HERE = Path(__file__).resolve().parent
ROUTES = ("bare", "guarded", "usual")
RUNS = [
    ("FastAPI", "with_fastapi", "", ROUTES, "PyJWT with PyJWKClient", {}),
    ("FastAPI, verified tokens cached", "with_fastapi", "", ROUTES, "PyJWT with PyJWKClient", {"CACHE_SIZE": "1000"}),
    ("Starlette", "with_starlette", "", ROUTES[:2], "-", {}),
    ("Flask", "with_flask", "", ROUTES, "Authlib ResourceProtector", {}),
    ("Django", "with_django", "", ROUTES[:2], "-", {}),
    ("Django REST framework", "with_django", "rest/", ROUTES, "Simple JWT", {}),
]


@contextmanager
def issuing() -> Iterator[TestIssuer]:
    """An issuer on this machine, over HTTP."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = issuer._core.respond(issuer.issuer + self.path, int(time.time()))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = TestIssuer(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()


@contextmanager
def serving(app: str, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """An application in one process: its URL, and the process."""
    command = [sys.executable, str(HERE / "serve.py"), app]
    process = subprocess.Popen(
        command, cwd=HERE / "apps", env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{url}/bare", timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    load = sys.argv[1]
    with issuing() as issuer:
        token = issuer.mint("https://api.example", scope="orders:read", sub="user", lifetime=36_000)
        for name, app, prefix, routes, usual, environment in RUNS:
            with serving(app, {"ISSUER": issuer.issuer, **environment}) as (url, process):
                at = [f"{route}={url}/{prefix}{route}@{process}" for route in routes]
                command = [load, *sys.argv[2:], name, usual, *at]
                subprocess.run(command, check=True, env={**os.environ, "TOKEN": token})


if __name__ == "__main__":
    main()
