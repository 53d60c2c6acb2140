"""The validator for asyncio."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from credenza import _credenza
from credenza._credenza import Fetch
from credenza._http import failed, in_thread
from credenza._settings import document

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from typing_extensions import Unpack

    from credenza._credenza import Claims, Decision, Requirement, Response
    from credenza._settings import Needs, Settings

_T = TypeVar("_T")
_ROUNDS = 8


async def thread_fetch(request: Fetch) -> Response:
    """Fetch by urllib in a thread of its own."""
    return await asyncio.wait_for(asyncio.wrap_future(in_thread(request)), request.timeout)


class AsyncValidator:
    """
    As `Validator`, with coroutines. A check stays on the event loop and awaits nothing unless something is fetched.

    What has to be fetched first is fetched once for all tasks of a loop that wait; later refreshes happen in the
    background.
    """

    def __init__(
        self,
        issuer: str,
        audience: str | Sequence[str] | None = None,
        *,
        fetch: Callable[[Fetch], Awaitable[Response]] = thread_fetch,
        clock: Callable[[], float] | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        """Make a validator, as `Validator` does; `fetch` is a coroutine function."""
        members = document(issuer, audience, settings)
        self._core = _credenza.Validator(members, None, self._in_background, clock)
        self._fetch = fetch
        self._flights: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Task[None]]] = WeakKeyDictionary()

    @property
    def issuer(self) -> str:
        """The issuer."""
        return self._core.issuer

    async def validate(
        self, token: str, requirement: Requirement | None = None, *, now: float | None = None, **needs: Unpack[Needs]
    ) -> Claims:
        """Check a bearer token; `Validator.validate` says more."""
        return await self._decided(partial(self._core.validate, token, requirement, now=now, **needs))

    async def check(
        self,
        authorization: str | Sequence[str] | None = None,
        *,
        method: str | None = None,
        url: str | None = None,
        dpop: str | Sequence[str] | None = None,
        certificate: str | bytes | None = None,
        certificate_thumbprint: str | None = None,
        requirement: Requirement | None = None,
        now: float | None = None,
    ) -> Decision:
        """Check a request; `Validator.check` says more."""
        ask = partial(
            self._core.check,
            authorization,
            method=method,
            url=url,
            dpop=dpop,
            certificate=certificate,
            certificate_thumbprint=certificate_thumbprint,
            requirement=requirement,
            now=now,
        )
        return await self._decided(ask)

    async def check_id_token(
        self,
        token: str,
        *,
        nonce: str | None = None,
        max_age: int | None = None,
        acr_values: Sequence[str] | None = None,
        access_token: str | None = None,
        code: str | None = None,
        now: float | None = None,
    ) -> Claims:
        """Check an ID token; `Validator.check_id_token` says more."""
        ask = partial(
            self._core.check_id_token,
            token,
            nonce=nonce,
            max_age=max_age,
            acr_values=acr_values,
            access_token=access_token,
            code=code,
            now=now,
        )
        return await self._decided(ask)

    async def check_logout_token(self, token: str, *, now: float | None = None) -> Claims:
        """Check a logout token; `Validator.check_logout_token` says more."""
        return await self._decided(partial(self._core.check_logout_token, token, now=now))

    async def _decided(self, ask: Callable[[], _T | Fetch]) -> _T:
        outcome = ask()
        for _ in range(_ROUNDS):
            if not isinstance(outcome, Fetch):
                return outcome
            # Cancelling one caller must not cancel the fetch that others wait for.
            await asyncio.shield(self._flight(outcome))
            outcome = ask()
        raise RuntimeError("no decision after as many fetches as a check may need")

    def _flight(self, request: Fetch) -> asyncio.Task[None]:
        loop = asyncio.get_running_loop()
        flights = self._flights.setdefault(loop, {})
        if request.key not in flights:
            flights[request.key] = loop.create_task(self._make(request, flights), name=f"credenza-{request.key}")
        return flights[request.key]

    async def _make(self, request: Fetch, flights: dict[str, asyncio.Task[None]]) -> None:
        response = None
        try:
            response = await self._fetch(request)
        except Exception as error:
            failed(request, error)
        finally:
            del flights[request.key]
            self._core._fetched(request, response)

    def _in_background(self, _core: _credenza.Validator, request: Fetch) -> None:
        self._flight(request)
