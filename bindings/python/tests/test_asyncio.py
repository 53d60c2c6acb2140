"""Coroutines."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import httpx
import pytest
from conftest import AUDIENCE, Server
from credenza import AsyncValidator, Denied, Fetch, Requirement, Response
from credenza.clients import aiohttp_fetch, httpx_async_fetch, thread_fetch
from credenza.testing import Clock, TestIssuer


def test_the_same_checks(issuer: TestIssuer) -> None:
    async def run() -> None:
        validator = issuer.async_validator(AUDIENCE, client_id="app")
        assert validator.issuer == issuer.issuer
        token = issuer.mint(AUDIENCE, scope="read")
        assert (await validator.validate(token, scopes=["read"])).sub == "user"
        assert (await validator.validate(token, Requirement(scopes=["read"]))).sub == "user"
        assert await validator.check(f"Bearer {token}")
        assert not await validator.check("Bearer x")
        assert (await validator.check_id_token(issuer.mint("app", typ="JWT", nonce="n"), nonce="n")).sub == "user"
        events: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
        assert (await validator.check_logout_token(issuer.mint("app", typ="logout+jwt", events=events))).sub == "user"
        with pytest.raises(Denied) as caught:
            await validator.validate(token, scopes=["write"])
        assert caught.value.rule == "scope"

    asyncio.run(run())


def test_nothing_is_awaited_when_nothing_is_fetched(issuer: TestIssuer) -> None:
    validator = issuer.async_validator(AUDIENCE)
    token = issuer.mint(AUDIENCE)
    asyncio.run(validator.validate(token))
    coroutine = validator.validate(token)
    with pytest.raises(StopIteration) as stopped:
        coroutine.send(None)
    assert stopped.value.value.sub == "user"


def test_64_tasks_make_one_fetch(issuer: TestIssuer, clock: Clock) -> None:
    asked: list[str] = []

    async def fetch(request: Fetch) -> Response:
        asked.append(request.key)
        await asyncio.sleep(0.01)
        return issuer.fetch(request)

    async def run() -> None:
        validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock)
        token = issuer.mint(AUDIENCE)
        claims = await asyncio.gather(*(validator.validate(token) for _ in range(64)))
        assert [it.sub for it in claims] == ["user"] * 64

    asyncio.run(run())
    assert asked == ["metadata", "keys"]


def test_a_cancelled_caller_does_not_cancel_the_others(issuer: TestIssuer, clock: Clock) -> None:
    async def run() -> None:
        release = asyncio.Event()

        async def fetch(request: Fetch) -> Response:
            await release.wait()
            return issuer.fetch(request)

        validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock)
        token = issuer.mint(AUDIENCE)
        first, second = (asyncio.create_task(validator.validate(token)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        release.set()
        assert (await second).sub == "user"
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(run())


def test_a237_keys_are_refreshed_in_the_background(issuer: TestIssuer, clock: Clock) -> None:
    async def run() -> None:
        validator = issuer.async_validator(AUDIENCE)
        token = issuer.mint(AUDIENCE, lifetime=100_000)
        await validator.validate(token)
        clock.advance(301)
        issuer.fetched.clear()
        assert (await validator.validate(token)).sub == "user"
        assert issuer.fetched == []
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
        assert issuer.fetched == [f"{issuer.issuer}/jwks"]

    asyncio.run(run())


def test_one_validator_serves_several_loops(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.async_validator(AUDIENCE)
    for _ in range(3):
        assert asyncio.run(validator.validate(issuer.mint(AUDIENCE))).sub == "user"
        clock.advance(700)
    assert issuer.fetched.count(f"{issuer.issuer}/jwks") == 3


def test_a_failing_client_is_refused(issuer: TestIssuer) -> None:
    issuer.is_down = True
    with pytest.raises(Denied) as caught:
        asyncio.run(issuer.async_validator(AUDIENCE).validate(issuer.mint(AUDIENCE)))
    assert (caught.value.rule, caught.value.status) == ("keys_unavailable", 503)


def test_a_client_that_answers_something_else_is_told(issuer: TestIssuer, clock: Clock) -> None:
    async def wrong(_: Fetch) -> Any:
        return {"status": 200}

    with pytest.raises(TypeError):
        asyncio.run(AsyncValidator(issuer.issuer, AUDIENCE, fetch=wrong, clock=clock).validate(issuer.mint(AUDIENCE)))


@pytest.mark.parametrize("name", ["threads", "httpx", "aiohttp"])
def test_clients(server: Server, clock: Clock, name: str) -> None:
    issuer = TestIssuer(server.url, clock=clock)
    server.serves(issuer)
    good = server.answer
    token = issuer.mint(AUDIENCE)

    async def rule(fetch: Callable[[Fetch], Awaitable[Response]]) -> str | None:
        decision = await AsyncValidator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock).check(f"Bearer {token}")
        return decision.denied.rule if decision.denied else None

    async def all_of_it(fetch: Callable[[Fetch], Awaitable[Response]]) -> None:
        assert await rule(fetch) is None
        server.answer = lambda path: (302, {"Location": "/moved"}, b"") if path == "/jwks" else good(path)
        assert await rule(fetch) == "keys_unavailable"
        assert "/moved" not in server.asked
        server.answer = lambda path: (*good(path)[:2], good(path)[2].ljust(1 << 20))
        assert await rule(fetch) == "keys_unavailable"

    async def run() -> None:
        if name == "threads":
            await all_of_it(thread_fetch)
        elif name == "httpx":
            async with httpx.AsyncClient() as client:
                await all_of_it(httpx_async_fetch(client))
        else:
            async with aiohttp.ClientSession() as session:
                await all_of_it(aiohttp_fetch(session))

    asyncio.run(run())


def test_a_validator_that_is_dropped_is_freed(issuer: TestIssuer) -> None:
    validator = issuer.async_validator(AUDIENCE)
    asyncio.run(validator.validate(issuer.mint(AUDIENCE)))
    left = weakref.ref(validator)
    del validator
    gc.collect()
    assert left() is None
