"""The settings of a guard: those of its validators, and its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

from credenza import Settings, SettingsError

if TYPE_CHECKING:
    import logging

RequestT = TypeVar("RequestT")


class IssuerSettings(Settings, total=False):
    """A further issuer: the settings of its validator."""

    issuer: str
    """The issuer."""
    audience: str | Sequence[str]
    """The name of this service; absent: that of the first issuer."""


class GuardSettings(Settings, total=False):
    """What a guard takes beside the issuer and the audience: the validator's settings, and its own."""

    further: Sequence[IssuerSettings]
    """Further issuers whose tokens are accepted: each token is judged by the settings of the issuer that it names."""
    issuer_of: Callable[[Any], str | None]
    """Which issuer decides about a request, given the framework's own: for a tenant per host. Absent: the token's."""
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

    issuers: tuple[dict[str, Any], ...]
    """The settings of each validator, with `issuer` and `audience`."""
    issuer_of: Callable[[RequestT], str | None] | None = None
    origin: str | None = None
    certificate: Callable[[RequestT], str | bytes | None] | None = None
    preflight: bool = False
    debug: bool = False
    logger: logging.Logger | None = None


_OWN = frozenset({"issuer_of", "origin", "certificate", "preflight", "debug", "logger"})


def read(issuer: str, audience: str | Sequence[str] | None, settings: Mapping[str, Any]) -> Config[Any]:
    """
    Tell a guard's settings from its validators'.

    Raises `SettingsError`, which names the setting, for those of the guard; the validators judge the others.
    """
    own = {name: value for name, value in settings.items() if name in _OWN}
    rest = {name: value for name, value in settings.items() if name not in _OWN and name != "further"}
    first = {"issuer": issuer, "audience": audience, **rest}
    others = [_further(one, audience) for one in cast("Sequence[Any]", settings.get("further") or ())]
    for name in ("preflight", "debug"):
        if not isinstance(own.get(name, False), bool):
            raise SettingsError(name, "has to be true or false")
    for name in ("issuer_of", "certificate"):
        if own.get(name) is not None and not callable(own[name]):
            raise SettingsError(name, "has to be a function that takes a request")
    if own.get("origin") is not None:
        own["origin"] = _origin(own["origin"])
    return Config((first, *others), **own)


def _further(settings: Any, audience: str | Sequence[str] | None) -> dict[str, Any]:
    if not isinstance(settings, Mapping) or "issuer" not in settings:
        raise SettingsError("further", "has to be a list of settings, each with its issuer")
    return {"audience": audience, **cast("Mapping[str, Any]", settings)}


def _origin(origin: Any) -> str:
    parts = urlsplit(origin) if isinstance(origin, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError("origin", "has to be a URL such as https://api.example, with no more than a path")
    return str(origin).rstrip("/")
