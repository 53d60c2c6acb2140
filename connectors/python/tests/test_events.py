# Chart 979: Streams of events for Python | Redis and NATS JetStream lost and back, retries, what consumers left behind
"""Consumers of Redis Streams and of NATS JetStream, with servers of the tests' own."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import nats
import pytest
import redis
from providers import spare_port
from redis.backoff import NoBackoff
from redis.retry import Retry

from credenza_connectors.events.event import Event
from credenza_connectors.events.nats import Subscription
from credenza_connectors.events.redis import Stream
from credenza_connectors.kit import Problem
from credenza_connectors.kit.rate_limit import RateLimit, per_caller

STREAM = "credenza:events"


def needs(program: str) -> pytest.MarkDecorator:
    """Skip a test where the program is missing, unless nothing may be missing."""
    is_missing = shutil.which(program) is None and os.environ.get("CI") != "true"
    return pytest.mark.skipif(is_missing, reason=f"no {program}")


@contextmanager
def server(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: listens(port))
        yield
    finally:
        process.terminate()
        process.wait(30)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def eventually(check: Callable[[], Any], seconds: float = 90) -> None:
    ends_at = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < ends_at
        time.sleep(0.02)


def redis_server(port: int, folder: Path) -> Any:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes"]
    return server(command, port)


def nats_server(port: int, folder: Path) -> Any:
    return server(["nats-server", "-js", "-a", "127.0.0.1", "-p", str(port), "-sd", str(folder)], port)


def fields_of(name: str, kind: str = "user.created") -> Any:
    return {"id": name, "type": kind, "tenant": "acme", "body": json.dumps({"id": name, "type": kind})}


class Handler:
    """Notes what it handles, and fails as often as it is told."""

    def __init__(self, **failures: int) -> None:
        self.handled: list[str] = []
        self.calls: list[str] = []
        self._failures = failures

    def __call__(self, event: Event) -> None:
        self.calls.append(event.id)
        if self.calls.count(event.id) <= self._failures.get(event.id, 0):
            raise LookupError(event.id)
        self.handled.append(event.id)

    async def coroutine(self, event: Event) -> None:
        await asyncio.sleep(0)
        self(event)


@needs("redis-server")
def test_a_redis_stream_is_read_at_least_once(tmp_path: Path) -> None:
    port = spare_port()
    client = redis.Redis(port=port, socket_timeout=5, socket_connect_timeout=1)
    handler = Handler(twice=2, always=99)
    settings: Any = {"group": "billing", "claim_after": 0.5, "backoff": 0.01, "tries": 4}
    stream = Stream(client, STREAM, handler, **settings)
    # Redis is not there yet.
    stream.start()
    with redis_server(port, tmp_path):
        for name in ("before", "always", "twice", "after"):
            client.xadd(STREAM, fields_of(name))
        client.xadd(STREAM, {"id": "broken", "type": "x", "body": "{"})
        eventually(lambda: {"before", "after", "twice"} <= set(handler.handled) and client.xlen(f"{STREAM}:dead") == 2)
        assert (handler.calls.count("always"), handler.calls.count("twice")) == (4, 3)
        dead: Any = client.xrange(f"{STREAM}:dead")
        assert {fields[b"id"]: fields[b"error"] for _, fields in dead} == {
            b"broken": b"it is no event",
            b"always": b"LookupError",
        }
        summary: Any = client.xpending(STREAM, "billing")
        assert summary["pending"] == 0
    with redis_server(port, tmp_path):
        client.xadd(STREAM, fields_of("later"))
        eventually(lambda: "later" in handler.handled)
    stream.stop()
    client.close()


@needs("redis-server")
def test_what_a_consumer_left_is_taken_over(tmp_path: Path) -> None:
    port, handler = spare_port(), Handler()
    with redis_server(port, tmp_path):
        client = redis.Redis(port=port, socket_timeout=5)
        client.xgroup_create(STREAM, "billing", id="0", mkstream=True)
        client.xadd(STREAM, fields_of("left"))
        client.xreadgroup("billing", "gone", {STREAM: ">"})
        streams = [Stream(client, STREAM, handler.coroutine, group="billing", claim_after=0.3) for _ in range(2)]
        for stream in streams:
            stream.start()
        for number in range(20):
            client.xadd(STREAM, fields_of(f"e{number}"))
        eventually(lambda: len(handler.handled) >= 21)
        assert sorted(handler.handled) == sorted(["left", *(f"e{number}" for number in range(20))])
        for stream in streams:
            stream.stop()


class Known:
    """As much of a caller as limits read."""

    client_id, tenant = "client", "acme"

    class claims:  # noqa: N801 # as the caller has it
        iss = "https://id.example"

    def __init__(self, sub: str) -> None:
        self.sub = sub


@needs("redis-server")
def test_limits_are_shared_again_as_soon_as_redis_is_back(tmp_path: Path) -> None:
    port = spare_port()
    clients = [redis.Redis(port=port, socket_timeout=5, retry=Retry(NoBackoff(), 0)) for _ in range(2)]
    nodes = [RateLimit(per_caller(5, 60), redis=client) for client in clients]

    def passed(sub: str) -> int:
        count = 0
        for number in range(12):
            with suppress(Problem):
                nodes[number % 2].hit(cast("Any", Known(sub)))
                count += 1
        return count

    with redis_server(port, tmp_path):
        assert passed("ann") == 5
    assert passed("bea") == 10
    with redis_server(port, tmp_path):
        assert passed("cem") == 5
    for client in clients:
        client.close()


@needs("nats-server")
def test_a_stream_of_nats_is_read_at_least_once(tmp_path: Path) -> None:
    port = spare_port()
    url, handler = f"nats://127.0.0.1:{port}", Handler(twice=2, always=99)
    events = Subscription(url, "CREDENZA", handler.coroutine, durable="billing", backoff=0.01, tries=4)
    # NATS is not there yet.
    events.start()

    async def publish(*names: str) -> None:
        async with await nats.connect(url) as connection:
            stream = connection.jetstream()
            await stream.add_stream(name="CREDENZA", subjects=["credenza.events.>"])
            for name in names:
                body = json.dumps({"id": name, "type": "user.created", "tenantid": "acme"}).encode()
                await stream.publish("credenza.events.acme.user.created", body)
            await stream.publish("credenza.events.acme.user.created", b"{")

    async def is_settled() -> bool:
        async with await nats.connect(url) as connection:
            consumer = await connection.jetstream().consumer_info("CREDENZA", "billing")
            return (consumer.num_ack_pending, consumer.num_pending) == (0, 0)

    with nats_server(port, tmp_path):
        asyncio.run(publish("before", "always", "twice", "after"))
        eventually(lambda: {"before", "after", "twice"} <= set(handler.handled) and handler.calls.count("always") == 4)
        # NATS has to know that one was given up before it goes away, or it delivers it again.
        eventually(lambda: asyncio.run(is_settled()))
    with nats_server(port, tmp_path):
        asyncio.run(publish("later"))
        eventually(lambda: "later" in handler.handled)
        assert handler.calls.count("always") == 4
        assert handler.handled.count("before") == 1
    events.stop()
