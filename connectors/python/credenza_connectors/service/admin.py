"""What all parts of the provider's admin API share. Each call has a token with the one scope that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import quote
from uuid import uuid4

from credenza_connectors.service.errors import NotFound, Unavailable
from credenza_connectors.service.service import AsyncService, Service
from credenza_connectors.service.token import AsyncTokens, Tokens

if TYPE_CHECKING:
    import httpx2


class Call(NamedTuple):
    """A request of the admin API."""

    method: str
    path: str
    scope: str
    options: dict[str, Any]


def creating(path: str, scope: str, body: dict[str, Any], key: str | None) -> Call:
    """Make something, once: the key is the same when the call is repeated, whatever was lost on the way."""
    headers = {"Idempotency-Key": key or str(uuid4())}
    return Call("POST", path, scope, {"json": body, "headers": headers})


def segment(identifier: str) -> str:
    """Write an id as one part of a path. Raises `NotFound` for what cannot be one."""
    if identifier in ("", ".", ".."):
        # To whoever reads a URL these are no names, escaped or not: the call would be one of something else.
        raise NotFound("there is no such id")
    return quote(identifier, safe="")


def object_of(answer: httpx2.Response) -> dict[str, Any]:
    """Read an answer that is to be a JSON object."""
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unavailable("the provider does not answer with a JSON object", answer.status_code)
    return cast("dict[str, Any]", found)


class Admin:
    """The admin API, for blocking code."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        client: httpx2.Client | None = None,
        allow_http: bool = False,
    ) -> None:
        """Take the credentials of a service account of the issuer."""
        tokens = Tokens(issuer, client_id, client_secret, client=client, allow_http=allow_http)
        base = issuer.rstrip("/")
        self._service = Service(f"{base}/admin/v1", tokens=tokens, resource=f"{base}/admin", client=client)

    def _do(self, call: Call) -> httpx2.Response:
        return self._service.request(call.method, call.path, scope=call.scope, **call.options)


class AsyncAdmin:
    """The admin API, for coroutines of asyncio."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        client: httpx2.AsyncClient | None = None,
        allow_http: bool = False,
    ) -> None:
        """Take the credentials of a service account of the issuer."""
        tokens = AsyncTokens(issuer, client_id, client_secret, client=client, allow_http=allow_http)
        base = issuer.rstrip("/")
        self._service = AsyncService(f"{base}/admin/v1", tokens=tokens, resource=f"{base}/admin", client=client)

    async def _do(self, call: Call) -> httpx2.Response:
        return await self._service.request(call.method, call.path, scope=call.scope, **call.options)
