"""A provider of this machine, real tokens, and applications as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

AUDIENCE = "https://api.example"


class Tokens(NamedTuple):
    """Of a person, of a service, and of a service that lacks the scope."""

    person: str
    service: str
    scopeless: str


def tokens_of(provider: Any) -> Tokens:
    """Let a person sign in, and a service ask in its own name."""
    ann = provider.add_user("ann")
    grants = ["authorization_code", "client_credentials"]
    client = provider.add_client(
        ["http://127.0.0.1/callback"], grant_types=grants, resources=[AUDIENCE], scope="openid orders:read orders:write"
    )
    own = {"resource": [AUDIENCE]}
    person = provider.tokens_for(ann, client, scope="openid orders:read", **own).access_token
    service = provider.client_token(client, scope="orders:read", **own).access_token
    return Tokens(person, service, provider.client_token(client, scope="orders:write", **own).access_token)


def spare_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def started(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *command], cwd=folder, env={**os.environ, **environment}, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            print(process.stdout.read())
            process.stdout.close()


def ask(url: str, token: str | None = None) -> tuple[int, dict[str, str], Any]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
            return answer.status, dict(answer.headers), _read(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {name.lower(): value for name, value in error.headers.items()}, None


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    ends_at = time.monotonic() + 180
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            ask(url)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("it did not start")
