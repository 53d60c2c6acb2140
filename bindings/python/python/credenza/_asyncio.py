"""The validator for asyncio and trio."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from credenza import _credenza, _loops
from credenza._credenza import Fetch
from credenza._host import asking, async_hosted
from credenza._http import UrllibFetch, failure, trusting, urllib_fetch
from credenza._settings import document

if TYPE_CHECKING:
    import os
    from collections.abc import Awaitable, Callable, Sequence

    from typing_extensions import Unpack

    from credenza._credenza import Claims, Requirement, Response, _Answer
    from credenza._host import AsyncReplayStore
    from credenza._loops import Flight
    from credenza._settings import IssuerSettings, Needs, Settings
    from credenza._validator import Decision

_T = TypeVar("_T")
_ROUNDS = 12


async def thread_fetch(request: Fetch) -> Response:
    """Fetch by urllib in a thread of its own."""
    return await _loops.running().in_thread(urllib_fetch.read, request)


def _by(client: UrllibFetch) -> Callable[[Fetch], Awaitable[Response]]:
    async def fetch(request: Fetch) -> Response:
        return await _loops.running().in_thread(client.read, request)

    return fetch


class AsyncValidator:
    """
    As `Validator`, with coroutines, in asyncio or trio. A check awaits nothing unless something is fetched.

    What has to be fetched first is fetched once for all tasks of a loop that wait; later refreshes happen in the
    background.
    """

    def __init__(
        self,
        issuer: str,
        audience: str | Sequence[str] | None = None,
        *,
        fetch: Callable[[Fetch], Awaitable[Response]] | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        clock: Callable[[], float] | None = None,
        resolve: Callable[[str], Awaitable[IssuerSettings | None]] | None = None,
        replays: AsyncReplayStore | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        """Make a validator, as `Validator` does; `fetch`, `resolve` and `remember` are coroutine functions."""
        members = asking(document(issuer, audience, settings), resolve, replays)
        self._core = _credenza.Validator(members, None, self._in_background, clock)
        client = fetch or thread_fetch
        if ca_file is not None:
            client = _by(trusting(ca_file, fetch))
        self._fetch = async_hosted(client, resolve, replays)
        self._flights: WeakKeyDictionary[object, dict[str, Flight]] = WeakKeyDictionary()

    @property
    def issuer(self) -> str:
        """The issuer."""
        return self._core.issuer

    async def ready(self, *, now: float | None = None) -> None:
        """Fetch what checks need, and raise what is wrong; `Validator.ready` says more."""
        await self._decided(partial(self._core.ready, now=now))

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
            await self._flight(outcome).landed()
            outcome = ask()
        raise RuntimeError("no decision after as many fetches as a check may need")

    def _flight(self, request: Fetch) -> Flight:
        loop = _loops.running()
        flights = self._flights.setdefault(loop.token, {})
        flight = flights.get(request.key)
        if flight is None or flight.has_ended():
            flight = flights[request.key] = loop.start(partial(self._make, request), f"credenza-{request.key}")
        return flight

    async def _make(self, request: Fetch) -> None:
        # A task that is cancelled, and a loop that ends, say nothing of the issuer: nothing is reported then.
        answer: _Answer
        try:
            answer = await self._fetch(request)
        except Exception as error:
            answer = failure(error)
        self._core._fetched(request, answer)

    def _in_background(self, _core: _credenza.Validator, request: Fetch) -> None:
        self._flight(request)
