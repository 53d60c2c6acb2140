"""
The validators of a guard, which drive discovery, keys and revocations by themselves.

One validator knows all issuers and goes by the token; where the settings have a function `issuer_of`, each issuer has
its own. A test can put an issuer in memory in the place of a real one, see `credenza_connectors.testing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from weakref import WeakSet

from credenza import AsyncValidator, Denied, Detail
from credenza.clients import thread_fetch, urllib_fetch

from credenza_connectors.names import NamesOf

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from credenza import Fetch, Response

    from credenza_connectors.config import Config

ValidatorT = TypeVar("ValidatorT")


class StandIn(Protocol):
    """An issuer of a test: what is fetched from it, and its time."""

    @property
    def clock(self) -> Callable[[], float]:
        """Tell its time."""
        ...

    def fetch(self, request: Fetch, /) -> Response:
        """Answer a fetch."""
        ...

    async def async_fetch(self, request: Fetch, /) -> Response:
        """Answer a fetch of a coroutine."""
        ...


stand_ins: dict[str, StandIn] = {}
"""Issuers of tests, by the name of the issuer in whose place they are."""

every: WeakSet[Keys[Any]] = WeakSet()
"""All that were made, to be made anew when a test begins or ends."""


@dataclass(frozen=True, slots=True)
class Trusted(Generic[ValidatorT]):
    """A validator, and where the claims that it lets through stand."""

    validator: ValidatorT
    names_of: NamesOf


class Keys(Generic[ValidatorT]):
    """The validator of a guard, or those of its issuers where the application chooses."""

    def __init__(self, make: Callable[..., ValidatorT], config: Config[Any]) -> None:
        """Make them. Raises `SettingsError`, which names the setting, as the validator does."""
        self._make = make
        self._config = config
        self.renew()
        every.add(self)

    def renew(self) -> None:
        """Make the validators anew, with empty caches."""
        # Also where the application chooses: what is wrong with the settings together is found here.
        self.first = self._trust(self._config.validator)
        self._by_name: dict[str, Trusted[ValidatorT]] = {}
        if self._config.issuer_of is not None:
            self._by_name = {one["issuer"]: self._trust(one) for one in self._config.issuers}

    def _trust(self, settings: Mapping[str, Any]) -> Trusted[ValidatorT]:
        names_of = NamesOf(settings)
        settings = names_of.watching(settings)
        known = {name: one for name, one in stand_ins.items() if names_of.may_know(name)}
        if not known:
            return Trusted(self._make(**settings), names_of)
        fetch: Any = _async_fetch(known) if self._make is AsyncValidator else _fetch(known)
        clock = next(iter(known.values())).clock
        return Trusted(self._make(**settings, fetch=fetch, clock=clock), names_of)

    def named(self, issuer: str | None) -> Trusted[ValidatorT] | None:
        """Find the one of an issuer, where the application chooses."""
        return self._by_name.get(issuer or "")


def _of(known: Mapping[str, StandIn], url: str) -> StandIn | None:
    """Find the issuer of a test that has a URL: the one with the longest name that the URL begins with."""
    names = [name for name in known if url.startswith(name.rstrip("/"))]
    return known[max(names, key=len)] if names else None


def _fetch(known: Mapping[str, StandIn]) -> Callable[[Fetch], Response]:
    def fetch(request: Fetch) -> Response:
        found = _of(known, request.url)
        return urllib_fetch(request) if found is None else found.fetch(request)

    return fetch


def _async_fetch(known: Mapping[str, StandIn]) -> Callable[[Fetch], Awaitable[Response]]:
    async def fetch(request: Fetch) -> Response:
        found = _of(known, request.url)
        return await (thread_fetch(request) if found is None else found.async_fetch(request))

    return fetch


def of_another_issuer(settings: Mapping[str, Any]) -> Denied:
    """Deny a request where the application names no issuer that is trusted, in the words of the settings."""
    description = "the token is of another issuer"
    told = {
        "realm": settings.get("realm"),
        "error": "invalid_token",
        "error_description": description,
        "resource_metadata": settings.get("resource_metadata"),
    }
    challenge = ", ".join(f'{name}="{_quoted(value)}"' for name, value in told.items() if value is not None)
    detail = Detail(f"{description}: no validator has it", "iss", "other")
    section = "RFC 7519 section 4.1.1"
    return Denied(401, "iss", section, description, "invalid_token", f"Bearer {challenge}", detail=detail)


def _quoted(text: str) -> str:
    """Write what stands between quotes (RFC 9110 section 5.6.4)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(one if " " <= one <= "~" else "?" for one in escaped)
