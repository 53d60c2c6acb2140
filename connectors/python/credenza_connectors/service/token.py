"""Tokens of this service for itself (RFC 6749 section 4.4): kept until shortly before they expire, asked for once."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx2
from credenza import SettingsError

from credenza_connectors.kept import Fetched, Kept
from credenza_connectors.service.errors import RateLimited, Refused, Unavailable, retry_after

if TYPE_CHECKING:
    from collections.abc import Callable

_WELL_KNOWN = "/.well-known/openid-configuration"
_METADATA_LIFETIME = 3600.0
_TIMEOUT = 10.0
_FORM = "application/x-www-form-urlencoded"

Asking = Generator[httpx2.Request, httpx2.Response, "Fetched[str]"]
"""The requests that lead to something; whoever drives it sends them."""


def usable(lifetime: float) -> float:
    """Tell for how long a token is used: a tenth of its life is left then, a minute at most."""
    return lifetime - min(60.0, lifetime / 10)


class _Tokens:
    def __init__(self, issuer: str, client_id: str, client_secret: str, *, allow_http: bool) -> None:
        self._allow_http = allow_http
        if not self._is_safe(issuer):
            raise SettingsError("issuer", "has to be an https URL: a secret is sent there")
        self._issuer = issuer
        # RFC 6749 section 2.3.1: both are encoded as in a form first.
        self._auth = httpx2.BasicAuth(quote_plus(client_id), quote_plus(client_secret))
        self._endpoints: Kept[str] = Kept(stale=30)
        self._kept: Kept[str] = Kept()

    def _is_safe(self, url: str) -> bool:
        """Whether a secret may be sent there: over https, or to this machine."""
        parts = urlsplit(url)
        is_near = parts.hostname in ("127.0.0.1", "::1", "localhost") or self._allow_http
        return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_near))

    def drop(self, token: str) -> None:
        """Throw a token away that a service did not accept."""
        self._kept.drop_value(token)

    def _ask_endpoint(self) -> Asking:
        answer = yield httpx2.Request("GET", self._issuer.rstrip("/") + _WELL_KNOWN)
        metadata = _object(answer)
        endpoint = metadata.get("token_endpoint")
        # OpenID Connect Discovery 4.3.
        if metadata.get("issuer") != self._issuer or not isinstance(endpoint, str):
            raise Unavailable("the metadata are of another issuer, or lack the token endpoint", answer.status_code)
        if not self._is_safe(endpoint):
            raise Unavailable("the token endpoint is not at an https URL", answer.status_code)
        return Fetched(endpoint, _METADATA_LIFETIME)

    def _ask_token(self, endpoint: str, scope: str, resource: str | None) -> Asking:
        members = {"grant_type": "client_credentials", "scope": scope, "resource": resource}
        form = urlencode({name: value for name, value in members.items() if value})
        request = httpx2.Request("POST", endpoint, content=form.encode(), headers={"Content-Type": _FORM})
        answer = yield next(self._auth.auth_flow(request))
        document = _object(answer)
        token, lifetime = document.get("access_token"), document.get("expires_in", 0)
        if not isinstance(token, str) or not isinstance(lifetime, (int, float)):
            raise Unavailable("the issuer does not answer with a token", answer.status_code)
        return Fetched(token, usable(lifetime))


def _object(answer: httpx2.Response) -> dict[str, Any]:
    """Read an answer of the issuer, which is a JSON object or an error (RFC 6749 section 5.2)."""
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        found = None
    document = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    if answer.status_code == 429:
        raise RateLimited("the issuer has had too many requests", 429, None, retry_after(answer))
    if answer.status_code != 200:
        text = f"the issuer answers {answer.status_code} {document.get('error', '')!r}"
        raise (Unavailable if answer.status_code >= 500 else Refused)(text, answer.status_code)
    return document


def away(error: httpx2.HTTPError, url: object) -> Unavailable:
    """Tell of a service that could not be reached."""
    return Unavailable(f"{url} cannot be reached: {type(error).__name__}")


class Tokens(_Tokens):
    """Tokens of this service, for blocking code."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        client: httpx2.Client | None = None,
        allow_http: bool = False,
    ) -> None:
        """
        Take the credentials of this service at its issuer (`client_secret_basic`).

        `allow_http` permits http to other hosts than this machine, for tests. Raises `SettingsError`.
        """
        super().__init__(issuer, client_id, client_secret, allow_http=allow_http)
        self._client = client or httpx2.Client(timeout=_TIMEOUT)

    def get(self, scope: str = "", resource: str | None = None) -> str:
        """Get a token for a scope and a resource (RFC 8707). Raises `ServiceError`."""

        def fetch() -> Fetched[str]:
            endpoint = self._endpoints.get("", lambda: self._drive(self._ask_endpoint()))
            return self._drive(self._ask_token(endpoint, scope, resource))

        return self._kept.get(f"{scope}\n{resource}", fetch)

    def _drive(self, asking: Asking) -> Fetched[str]:
        request = next(asking)
        try:
            answer = self._client.send(request)
        except httpx2.HTTPError as error:
            raise away(error, request.url) from error
        return _end(asking.send, answer)


class AsyncTokens(_Tokens):
    """Tokens of this service, for coroutines of asyncio."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        client: httpx2.AsyncClient | None = None,
        allow_http: bool = False,
    ) -> None:
        """
        Take the credentials of this service at its issuer (`client_secret_basic`).

        `allow_http` permits http to other hosts than this machine, for tests. Raises `SettingsError`.
        """
        super().__init__(issuer, client_id, client_secret, allow_http=allow_http)
        self._client = client or httpx2.AsyncClient(timeout=_TIMEOUT)

    async def get(self, scope: str = "", resource: str | None = None) -> str:
        """Get a token for a scope and a resource (RFC 8707). Raises `ServiceError`."""

        async def fetch() -> Fetched[str]:
            endpoint = await self._endpoints.get_async("", lambda: self._drive(self._ask_endpoint()))
            return await self._drive(self._ask_token(endpoint, scope, resource))

        return await self._kept.get_async(f"{scope}\n{resource}", fetch)

    async def _drive(self, asking: Asking) -> Fetched[str]:
        request = next(asking)
        try:
            answer = await self._client.send(request)
        except httpx2.HTTPError as error:
            raise away(error, request.url) from error
        return _end(asking.send, answer)


def _end(send: Callable[[httpx2.Response], Any], answer: httpx2.Response) -> Fetched[str]:
    try:
        send(answer)
    except StopIteration as end:
        return cast("Fetched[str]", end.value)
    raise RuntimeError("one request is all that was to be asked")
