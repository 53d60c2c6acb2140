"""
The validators of a guard: one for each issuer. They drive discovery, keys and revocations by themselves.

A test can put an issuer in memory in the place of a real one, see `credenza_connectors.testing`.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast
from weakref import WeakSet

from credenza import AsyncValidator, Denied, Detail, SettingsError

from credenza_connectors.caller import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from credenza import Fetch, Response

ValidatorT = TypeVar("ValidatorT")

_TENANT = "{tenantid}"
_GOOGLE = ("https://accounts.google.com", "accounts.google.com")
# Longer tokens are refused by every validator unless its settings say otherwise; their issuer is not looked for.
_LONGEST = 256 * 1024


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
    """An issuer that is trusted."""

    validator: ValidatorT
    names: Names


class Keys(Generic[ValidatorT]):
    """The validators, by issuer. The first one decides about requests without a token, and about unreadable ones."""

    def __init__(self, make: Callable[..., ValidatorT], issuers: Sequence[dict[str, Any]]) -> None:
        """
        Make them.

        Raises `SettingsError`, which names the setting, as the validator does, and for an issuer that is there twice.
        """
        self._make = make
        self._issuers = issuers
        names = [settings["issuer"] for settings in issuers]
        if len(set(names)) < len(names):
            raise SettingsError("further", "names an issuer twice")
        self.renew()
        every.add(self)

    def renew(self) -> None:
        """Make the validators anew, with empty caches."""
        made = [self._trust(settings) for settings in self._issuers]
        self.first = made[0]
        self._by_name = dict(zip((settings["issuer"] for settings in self._issuers), made, strict=True))

    def _trust(self, settings: dict[str, Any]) -> Trusted[ValidatorT]:
        names = Names(settings.get("claim_names"))
        stand_in = stand_ins.get(str(settings["issuer"]))
        if stand_in is None:
            return Trusted(self._make(**settings), names)
        fetch = stand_in.async_fetch if self._make is AsyncValidator else stand_in.fetch
        return Trusted(self._make(**settings, fetch=fetch, clock=stand_in.clock), names)

    def named(self, issuer: str | None) -> Trusted[ValidatorT] | None:
        """Find the one of an issuer."""
        return self._by_name.get(issuer or "")

    def of(self, authorization: Sequence[str]) -> Trusted[ValidatorT] | None:
        """Find the one that decides; `None` where the token names an issuer that is not trusted."""
        if len(self._by_name) == 1:
            return self.first
        issuer = unverified_issuer(authorization)
        if issuer is None:
            return self.first
        found = self._by_name.get(issuer)
        return found or next((one for name, one in self._by_name.items() if _spells(name, issuer)), None)


def _spells(name: str, issuer: str) -> bool:
    """Whether tokens may spell an issuer otherwise than the settings; its validator judges that again."""
    if _TENANT in name:
        before, _, behind = name.partition(_TENANT)
        return issuer.startswith(before) and issuer.endswith(behind)
    return name in _GOOGLE and issuer in _GOOGLE


def unverified_issuer(authorization: Sequence[str]) -> str | None:
    """Read the `iss` that a token states, to choose who verifies it. `None` where there is none to be read."""
    token = authorization[0].rpartition(" ")[2] if len(authorization) == 1 else ""
    parts = token.split(".") if len(token) <= _LONGEST else []
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    issuer: Any = cast("dict[str, Any]", claims).get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else None


def of_another_issuer(settings: Mapping[str, Any]) -> Denied:
    """Deny a token whose issuer no validator has (RFC 7519 section 4.1.1), in the words of the first one's settings."""
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
