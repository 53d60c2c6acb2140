# Chart 281
"""The hosts that people run: greenlets, forks, workers, servers. Each is a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import AUDIENCE, Server, running
from credenza.testing import TestIssuer
from processes import ask, needs, spare_port, started, wait_for

HOSTS = Path(__file__).parent / "hosts"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


@pytest.fixture
def served() -> Iterator[tuple[Server, str]]:
    """An issuer over HTTP by the system's time, and a token of it."""
    with running() as server:
        issuer = TestIssuer(server.url)
        server.serves(issuer)
        yield server, issuer.mint(AUDIENCE, scope="read")


def run(script: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", HOSTS / script, *arguments],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def fetches_once(server: Server) -> bool:
    return server.asked == ["/.well-known/openid-configuration", "/jwks"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "kind", [pytest.param("gevent", marks=needs("gevent")), pytest.param("eventlet", marks=needs("eventlet"))]
)
def test_greenlets_on_a_cold_validator(served: tuple[Server, str], kind: str, when: str) -> None:
    server, token = served
    run("greenlets.py", kind, when, server.url, AUDIENCE, token)
    assert fetches_once(server)


@needs("gevent")
def test_greenlets_without_patches_do_not_stop(served: tuple[Server, str]) -> None:
    server, token = served
    run("greenlets.py", "none", "before", server.url, AUDIENCE, token)
    run("unpatched.py", server.url, AUDIENCE, token)


@needs("gevent")
def test_a_greenlet_that_ends_is_no_failure(served: tuple[Server, str]) -> None:
    server, token = served
    run("killed.py", server.url, AUDIENCE, token)


SERVERS = {
    "gunicorn-sync": (["gunicorn", "--workers=2", "--preload", "--bind=127.0.0.1:{port}", "wsgi:app"], ("gunicorn",)),
    "gunicorn-gevent": (
        ["gunicorn", "--workers=2", "--worker-class=gevent", "--bind=127.0.0.1:{port}", "wsgi:app"],
        ("gunicorn", "gevent"),
    ),
    "gunicorn-gevent-preload": (
        ["gunicorn", "--workers=2", "--worker-class=gevent", "--preload", "--bind=127.0.0.1:{port}", "wsgi:app"],
        ("gunicorn", "gevent"),
    ),
    "gunicorn-threads": (
        ["gunicorn", "--workers=2", "--threads=4", "--bind=127.0.0.1:{port}", "wsgi:app"],
        ("gunicorn",),
    ),
    "uvicorn": (["uvicorn", "--loop=asyncio", "--port={port}", "asgi:app"], ("uvicorn",)),
    "uvicorn-uvloop": (["uvicorn", "--loop=uvloop", "--workers=2", "--port={port}", "asgi:app"], ("uvicorn", "uvloop")),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(*modules)) for name, (_, modules) in SERVERS.items()])
def test_servers(served: tuple[Server, str], name: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    server, token = served
    port = spare_port()
    command = [sys.executable, "-m", *(part.format(port=port) for part in SERVERS[name][0])]
    url = f"http://127.0.0.1:{port}/"
    with started(command, {"ISSUER": server.url, "AUDIENCE": AUDIENCE}, HOSTS) as process:
        wait_for(url, process)
        with ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda _: ask(url, token), range(64)))
        assert {(status, body["sub"]) for status, _, body in answers} == {(200, "user")}
        # Each worker fetches once, however many ask at first.
        workers = {body["pid"] for _, _, body in answers}
        assert 1 <= server.asked.count("/jwks") <= max(2, len(workers))
        status, headers, _ = ask(url, "x.y.z")
        assert (status, headers["www-authenticate"].split()[0]) == (401, "Bearer")
        assert ask(url, None)[0] == 401


@needs("celery")
def test_celery_prefork(served: tuple[Server, str], tmp_path: Path) -> None:
    server, token = served
    (tmp_path / "in").mkdir()
    environment = {"ISSUER": server.url, "AUDIENCE": AUDIENCE, "FOLDER": str(tmp_path), "TOKEN": token}
    worker = ["-m", "celery", "-A", "tasks", "worker", "--pool=prefork", "--concurrency=2"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = [sys.executable, "-W", "ignore", *worker, *quiet]
    with started(command, environment, HOSTS):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", HOSTS / "tasks.py"], cwd=HOSTS, env={**os.environ, **environment},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
