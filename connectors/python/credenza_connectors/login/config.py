"""The settings of a sign-in."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from credenza import SettingsError
from typing_extensions import Required, TypedDict

if TYPE_CHECKING:
    from credenza_connectors.login.errors import SignInFailed
    from credenza_connectors.login.store import Store

LOGGER = logging.getLogger("credenza.login")

Secret = str | bytes
SignedIn = Callable[[Mapping[str, Any]], "Mapping[str, Any] | Awaitable[Mapping[str, Any] | None] | None"]

_SHORTEST_SECRET = 32
_LONGEST_LEEWAY = 300


class LoginSettings(TypedDict, total=False):
    """What a sign-in takes beside the issuer and the client. Spans are in seconds."""

    origin: Required[str]
    """Scheme and host of this application as browsers see them: `https://app.example`."""
    secret: Required[Secret | Sequence[Secret]]
    """What seals cookies, 32 bytes at least. Several: the first seals, all of them open."""
    private_key: str
    """A private key as PEM, for `private_key_jwt` in the place of a client secret."""
    private_key_id: str
    """The `kid` of that key at the provider."""
    private_key_alg: str
    """The algorithm of that key (`ES256`)."""
    path: str
    """Where the routes are (`/auth`)."""
    scope: str
    """Scopes to ask for (`openid profile email offline_access`)."""
    resource: str | Sequence[str]
    """For which services access tokens are (RFC 8707)."""
    max_age: int
    """How long ago people may have authenticated at the most."""
    acr_values: Sequence[str]
    """Authentication context classes, one of which is required."""
    prompt: str
    """The `prompt` of every sign-in; by default what `/auth/login?prompt=` says."""
    userinfo: bool
    """Whether name and mail address are asked for at the userinfo endpoint where the ID token lacks them (true)."""
    lifetime: int
    """How long a session lasts at the most (8 hours)."""
    idle: int
    """How long a session lasts without a request (no limit)."""
    sessions: str | Store
    """Where sessions are: `cookie`, which is the default, `memory`, a URL `redis://…`, or a store of your own."""
    ended: str | Store
    """Where instances tell each other of ended sessions, by default in the store of sessions; `memory` for cookies."""
    after_logout: str
    """The path to which people come back from the logout (`/`)."""
    signed_in: SignedIn
    """A hook at sign-in: takes the claims, returns what to keep in the session (`session.data`)."""
    on_error: Callable[[SignInFailed], str | None]
    """Makes the page of a failed sign-in, as HTML; `None` for the built-in one."""
    leeway: int
    """How far the clocks of this machine and of the provider may differ, 0 to 300 (60)."""
    timeout: float
    """How long the provider may take to answer (5)."""
    ca_file: str
    """A PEM file of authorities to trust in place of the system's."""
    clock: Callable[[], float]
    """Another time than the system's, for tests, in seconds since 1970."""
    logger: logging.Logger
    """Where sign-ins are told, by default `credenza.login`."""


@dataclass(frozen=True)
class Config:
    """The settings, read."""

    issuer: str
    client_id: str
    client_secret: str | None
    origin: str
    secrets: tuple[bytes, ...]
    private_key: str | None = None
    private_key_id: str | None = None
    private_key_alg: str = "ES256"
    path: str = "/auth"
    scope: str = "openid profile email offline_access"
    resources: tuple[str, ...] = ()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    prompt: str | None = None
    userinfo: bool = True
    lifetime: int = 8 * 3600
    idle: int | None = None
    sessions: str | Store = "cookie"
    ended: str | Store | None = None
    after_logout: str = "/"
    signed_in: SignedIn | None = None
    on_error: Callable[[SignInFailed], str | None] | None = None
    leeway: int = 60
    timeout: float = 5.0
    ca_file: str | None = None
    clock: Callable[[], float] = time.time
    logger: logging.Logger = LOGGER

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach this application over https."""
        return self.origin.startswith("https://")

    @property
    def redirect_uri(self) -> str:
        """The callback, as it is registered at the provider."""
        return f"{self.origin}{self.path}/callback"


_FIELDS = frozenset(Config.__dataclass_fields__)


def read(issuer: str, client_id: str, client_secret: str | None, settings: Mapping[str, Any]) -> Config:
    """Read the settings. Raises `SettingsError`, which names the one that is wrong."""
    given = {name: value for name, value in settings.items() if value is not None}
    given["secrets"] = _secrets(given.pop("secret", None))
    resource = given.pop("resource", ())
    given["resources"] = (resource,) if isinstance(resource, str) else tuple(resource)
    for name in given:
        if name not in _FIELDS:
            raise SettingsError(name, "is not a setting")
    given["issuer"] = _url("issuer", issuer)
    given["origin"] = _origin(given.get("origin"))
    given["acr_values"] = _words("acr_values", given.get("acr_values", ()))
    for name in ("path", "after_logout"):
        _path(name, given.get(name, "/x"))
    given["path"] = str(given.get("path", "/auth")).rstrip("/") or "/auth"
    for name in ("max_age", "lifetime", "idle", "leeway", "timeout"):
        _span(name, given.get(name, 1))
    if not client_id:
        raise SettingsError("client_id", "is missing")
    if bool(client_secret) == bool(given.get("private_key")):
        raise SettingsError("client_secret", "is needed, or private_key in its place, and not both")
    if "openid" not in str(given.get("scope", "openid")).split():
        raise SettingsError("scope", "has to contain openid")
    if given.get("leeway", 0) > _LONGEST_LEEWAY:
        raise SettingsError("leeway", f"is {_LONGEST_LEEWAY} seconds at the most")
    return Config(client_id=client_id, client_secret=client_secret or None, **given)


def _secrets(secret: Any) -> tuple[bytes, ...]:
    several = (secret,) if isinstance(secret, str | bytes) else cast("Sequence[Any]", secret or ())
    read = tuple(one.encode() if isinstance(one, str) else bytes(one) for one in several)
    if not read or any(len(one) < _SHORTEST_SECRET for one in read):
        raise SettingsError("secret", f"has to have {_SHORTEST_SECRET} bytes at least, random ones")
    return read


def _url(name: str, value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise SettingsError(name, "has to be an absolute URL, such as https://id.example")
    return str(value)


def _origin(value: Any) -> str:
    parts = urlsplit(_url("origin", value))
    if parts.path not in ("", "/") or "@" in parts.netloc:
        raise SettingsError("origin", "has to be scheme and host alone, such as https://app.example")
    return f"{parts.scheme}://{parts.netloc}"


def _path(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value.startswith("/") or value.startswith("//") or set(value) & set("\\?#"):
        raise SettingsError(name, "has to be a path, such as /auth")


def _span(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise SettingsError(name, "has to be a number of seconds")


def _words(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(one, str) and one for one in value):
        raise SettingsError(name, "has to be a list of texts")
    return tuple(value)
