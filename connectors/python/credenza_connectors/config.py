"""The settings of a guard: those of its validators, and its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

from credenza import IssuerSettings, Settings, SettingsError

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping, Sequence

RequestT = TypeVar("RequestT")


class GuardSettings(Settings, total=False):
    """What a guard takes beside the issuer and the audience: the validator's settings, and its own."""

    resolve: Callable[[str], Any]
    """What the validator asks about issuers that the settings do not name: from the `iss` of a token to the settings of
    that issuer, or `None`; a coroutine function where the guard is one of coroutines."""
    issuer_of: Callable[[Any], str | None]
    """Which of the issuers decides about a request, given the framework's own: for a tenant per host. Absent: the one
    of the token."""
    origin: str
    """Scheme, host and prefix as clients see them, such as `https://api.example/v1`, behind a reverse proxy. Forwarded
    fields are not read, as anybody can send them. It matters for DPoP alone."""
    certificate: Callable[[Any], str | bytes | None]
    """The client's TLS certificate, as PEM or DER, given the framework's request; where a proxy ends TLS."""
    preflight: bool
    """Whether CORS preflights, which have no credentials, are passed on. A middleware for CORS that stands in front of
    the guard needs none of this."""
    debug: bool
    """Whether the answer says why a request is refused. Not for production."""
    logger: logging.Logger
    """Where refusals are told: `credenza.guard` by default."""


@dataclass(frozen=True)
class Config(Generic[RequestT]):
    """The settings of a guard, read."""

    validator: dict[str, Any]
    """The settings of the validator, with `issuer`, `audience` and whatever `issuers` there are."""
    issuers: tuple[dict[str, Any], ...]
    """The same for each issuer alone: what is its own, and what concerns this service."""
    issuer_of: Callable[[RequestT], str | None] | None = None
    origin: str | None = None
    certificate: Callable[[RequestT], str | bytes | None] | None = None
    preflight: bool = False
    debug: bool = False
    logger: logging.Logger | None = None


_OWN = frozenset({"issuer_of", "origin", "certificate", "preflight", "debug", "logger"})
_OF_AN_ISSUER = frozenset(IssuerSettings.__annotations__)


def read(issuer: str, audience: str | Sequence[str] | None, settings: Mapping[str, Any]) -> Config[Any]:
    """
    Tell a guard's settings from its validators'.

    Raises `SettingsError`, which names the setting, for those of the guard; the validators judge the others.
    """
    own = {name: value for name, value in settings.items() if name in _OWN}
    first = {name: value for name, value in settings.items() if name not in _OWN}
    first.update(issuer=issuer, audience=audience)
    for name in ("preflight", "debug"):
        if not isinstance(own.get(name, False), bool):
            raise SettingsError(name, "has to be true or false")
    for name in ("issuer_of", "certificate"):
        if own.get(name) is not None and not callable(own[name]):
            raise SettingsError(name, "has to be a function that takes a request")
    if own.get("origin") is not None:
        own["origin"] = _origin(own["origin"])
    if own.get("issuer_of") is not None and first.get("resolve") is not None:
        raise SettingsError("resolve", "has no meaning beside issuer_of, which chooses among issuers that are listed")
    return Config(first, _alone(first), **own)


def _alone(settings: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    further = settings.get("issuers") or ()
    first = {name: value for name, value in settings.items() if name != "issuers"}
    if not further:
        return (first,)
    shared = {name: value for name, value in first.items() if name not in _OF_AN_ISSUER or name == "audience"}
    # What is no list of settings is for the validator to refuse.
    listed = [one for one in cast("Sequence[Any]", further) if isinstance(one, dict) and one.get("issuer")]
    return (first, *({**shared, **one} for one in listed))


def _origin(origin: Any) -> str:
    parts = urlsplit(origin) if isinstance(origin, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError("origin", "has to be a URL such as https://api.example, with no more than a path")
    return str(origin).rstrip("/")
