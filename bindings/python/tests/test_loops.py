# Chart 281
"""Event loops of every kind, that end early, and tasks that are cancelled."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import AUDIENCE, Server
from credenza import AsyncValidator, Denied, Fetch, Response
from credenza.clients import httpx_async_fetch, thread_fetch
from credenza.testing import Clock, TestIssuer

trio = pytest.importorskip("trio")
uvloop = pytest.importorskip("uvloop")


class Slow:
    """A client that never answers the first time."""

    def __init__(self, issuer: TestIssuer, sleep: Callable[[float], Awaitable[object]]) -> None:
        self.issuer = issuer
        self.sleep = sleep
        self.waits = True
        self.asked = 0

    async def fetch(self, request: Fetch) -> Response:
        self.asked += 1
        if self.waits:
            await self.sleep(60)
        return self.issuer.fetch(request)


def test_a_loop_that_ends_in_mid_fetch_is_no_failure(issuer: TestIssuer, clock: Clock) -> None:
    slow = Slow(issuer, asyncio.sleep)
    validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=slow.fetch, clock=clock)
    token = issuer.mint(AUDIENCE)

    async def leave() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(validator.validate(token), 0.05)

    asyncio.run(leave())
    slow.waits = False
    # At the same second: a failure would still be held against the issuer.
    assert asyncio.run(validator.validate(token)).sub == "user"


def test_a_loop_that_is_closed_in_mid_fetch_is_no_failure(issuer: TestIssuer, clock: Clock) -> None:
    slow = Slow(issuer, asyncio.sleep)
    validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=slow.fetch, clock=clock)
    token = issuer.mint(AUDIENCE)
    loop = asyncio.new_event_loop()
    tasks = [loop.create_task(validator.validate(token))]
    loop.run_until_complete(asyncio.sleep(0.01))
    tasks += asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()
    slow.waits = False
    assert asyncio.run(validator.validate(token)).sub == "user"


def test_a_fetch_that_is_cancelled_is_made_again_for_those_who_wait(issuer: TestIssuer, clock: Clock) -> None:
    slow = Slow(issuer, asyncio.sleep)
    validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=slow.fetch, clock=clock)

    async def run() -> None:
        waiting = asyncio.create_task(validator.validate(issuer.mint(AUDIENCE)))
        await asyncio.sleep(0.01)
        slow.waits = False
        (fetching,) = [task for task in asyncio.all_tasks() if task.get_name().startswith("credenza-")]
        fetching.cancel()
        assert (await asyncio.wait_for(waiting, 10)).sub == "user"

    asyncio.run(run())
    assert slow.asked == 3


def test_a_cancelled_background_fetch_leaves_the_keys(issuer: TestIssuer, clock: Clock) -> None:
    slow = Slow(issuer, asyncio.sleep)
    slow.waits = False
    validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=slow.fetch, clock=clock)
    token = issuer.mint(AUDIENCE, lifetime=100_000)

    async def run() -> None:
        assert (await validator.validate(token)).sub == "user"

    asyncio.run(run())
    clock.advance(301)
    slow.waits = True
    asyncio.run(run())
    slow.waits = False
    clock.advance(301)
    asyncio.run(run())


@pytest.mark.parametrize("times", [1, 20])
def test_trio(issuer: TestIssuer, clock: Clock, times: int) -> None:
    asked: list[str] = []

    async def fetch(request: Fetch) -> Response:
        asked.append(request.key)
        await trio.sleep(0.01)
        return issuer.fetch(request)

    validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock)
    token = issuer.mint(AUDIENCE)
    subjects: list[str | None] = []

    async def call() -> None:
        subjects.append((await validator.validate(token)).sub)

    async def run() -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(times):
                nursery.start_soon(call)

    trio.run(run)
    assert subjects == ["user"] * times
    assert asked == ["metadata", "keys"]
    # The same validator, in a loop of the other kind.
    assert asyncio.run(validator.validate(token)).sub == "user"


def test_trio_cancels_one_caller_alone(issuer: TestIssuer, clock: Clock) -> None:
    slow = Slow(issuer, trio.sleep)
    validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=slow.fetch, clock=clock)
    token = issuer.mint(AUDIENCE)

    async def leave() -> None:
        with trio.move_on_after(0.05) as scope:
            await validator.validate(token)
        assert scope.cancelled_caught

    trio.run(leave)
    slow.waits = False
    trio.run(validator.validate, token)


def test_trio_is_told_of_a_client_that_answers_something_else(issuer: TestIssuer, clock: Clock) -> None:
    async def wrong(_: Fetch) -> Any:
        return {"status": 200}

    async def down(_: Fetch) -> Response:
        raise ConnectionError("no")

    with pytest.raises(TypeError):
        trio.run(AsyncValidator(issuer.issuer, AUDIENCE, fetch=wrong, clock=clock).validate, issuer.mint(AUDIENCE))
    with pytest.raises(Denied) as caught:
        trio.run(AsyncValidator(issuer.issuer, AUDIENCE, fetch=down, clock=clock).validate, issuer.mint(AUDIENCE))
    assert caught.value.rule == "keys_unavailable"


def test_trio_in_the_background(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.async_validator(AUDIENCE)
    token = issuer.mint(AUDIENCE, lifetime=100_000)

    async def run() -> None:
        await validator.validate(token)
        clock.advance(301)
        issuer.fetched.clear()
        await validator.validate(token)
        await trio.sleep(0.05)

    trio.run(run)
    assert issuer.fetched == [f"{issuer.issuer}/jwks"]


@pytest.mark.parametrize("client", ["threads", "httpx"])
@pytest.mark.parametrize("loop", ["trio", "asyncio", "uvloop"])
def test_clients_in_every_loop(server: Server, clock: Clock, client: str, loop: str) -> None:
    import httpx

    issuer = TestIssuer(server.url, clock=clock)
    server.serves(issuer)
    token = issuer.mint(AUDIENCE)

    async def run() -> None:
        async with httpx.AsyncClient() as http:
            fetch = thread_fetch if client == "threads" else httpx_async_fetch(http)
            validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock)
            assert (await validator.validate(token)).sub == "user"

    runs: dict[str, Callable[[], None]] = {
        "trio": lambda: trio.run(run),
        "asyncio": lambda: asyncio.run(run()),
        "uvloop": lambda: uvloop.run(run()),
    }
    runs[loop]()
    assert server.asked == ["/.well-known/openid-configuration", "/jwks"]


def test_outside_of_any_loop_it_is_said(issuer: TestIssuer) -> None:
    coroutine = issuer.async_validator(AUDIENCE).validate(issuer.mint(AUDIENCE))
    with pytest.raises(RuntimeError, match="no running event loop"):
        coroutine.send(None)


def test_a_fork_from_within_a_loop(issuer: TestIssuer) -> None:
    validator = issuer.async_validator(AUDIENCE)
    token = issuer.mint(AUDIENCE)
    asyncio.run(validator.validate(token))
    child = os.fork()
    if child == 0:
        passed = asyncio.run(validator.validate(token)).sub == "user"
        os._exit(0 if passed else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_file_of_authorities_that_is_none() -> None:
    from credenza import SettingsError

    with pytest.raises(SettingsError) as caught:
        AsyncValidator("https://id.example", AUDIENCE, ca_file=Path("/nowhere.pem"))
    assert caught.value.setting == "ca_file"
