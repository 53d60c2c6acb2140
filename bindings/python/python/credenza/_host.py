"""What the host does for the core by itself: it names issuers, and remembers used proofs for all nodes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from credenza._credenza import Response
from credenza._errors import SettingsError
from credenza._settings import issuer_document

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from credenza._credenza import Fetch
    from credenza._settings import IssuerSettings


class ReplayStore(Protocol):
    """A store of used DPoP proofs that all nodes share (RFC 9449 section 11.1); `credenza.replays` has some."""

    def remember(self, name: str, until: int) -> bool:
        """
        Record a name until a time, in seconds since 1970, and say whether it was new.

        Of two calls with the same name at once, one is told that it was. An exception refuses the request with 503.
        """
        ...


class AsyncReplayStore(Protocol):
    """As `ReplayStore`, for `AsyncValidator`."""

    async def remember(self, name: str, until: int) -> bool:
        """Record a name; `ReplayStore.remember` says more."""
        ...


def hosted(
    fetch: Callable[[Fetch], Response],
    resolve: Callable[[str], IssuerSettings | None] | None,
    replays: ReplayStore | None,
) -> Callable[[Fetch], Response]:
    """Answer what the host is asked itself, and leave the rest to the client."""
    if resolve is None and replays is None:
        return fetch

    def call(request: Fetch) -> Response:
        if request.method == "RESOLVE" and resolve is not None:
            return _named(resolve(request.url))
        if request.method == "REMEMBER" and replays is not None:
            return _remembered(replays.remember(request.key, _until(request)))
        return fetch(request)

    return call


def async_hosted(
    fetch: Callable[[Fetch], Awaitable[Response]],
    resolve: Callable[[str], Awaitable[IssuerSettings | None]] | None,
    replays: AsyncReplayStore | None,
) -> Callable[[Fetch], Awaitable[Response]]:
    """As `hosted`, with coroutines."""
    if resolve is None and replays is None:
        return fetch

    async def call(request: Fetch) -> Response:
        if request.method == "RESOLVE" and resolve is not None:
            return _named(await resolve(request.url))
        if request.method == "REMEMBER" and replays is not None:
            return _remembered(await replays.remember(request.key, _until(request)))
        return await fetch(request)

    return call


def asking(members: dict[str, Any], resolve: object, replays: object) -> dict[str, Any]:
    """Say in the settings what the host is asked. Raises `SettingsError` where nobody would answer."""
    if resolve is not None:
        members["resolve_issuers"] = True
    elif members.get("resolve_issuers"):
        raise SettingsError("resolve_issuers", "needs the function `resolve`")
    dpop = members.get("dpop")
    if replays is not None:
        if not isinstance(dpop, dict):
            raise SettingsError("replays", "goes with `dpop`")
        members["dpop"] = {**dpop, "shared_replays": True}
    elif isinstance(dpop, dict) and dpop.get("shared_replays"):
        raise SettingsError("dpop.shared_replays", "needs the store `replays`")
    return members


def _named(settings: IssuerSettings | None) -> Response:
    if settings is None:
        return Response(404, b"")
    return Response(200, json.dumps(issuer_document(settings)).encode(), content_type="application/json")


def _remembered(is_new: bool) -> Response:
    return Response(200 if is_new else 409, b"")


def _until(request: Fetch) -> int:
    return int(request.body or b"0")
