"""
People, by the provider's admin API. Each call has a token with the one scope that it needs.

    users = Users("https://id.example", client_id, client_secret)
    users.create("ann", claims={"email": "ann@example.com"})
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import quote
from uuid import uuid4

from credenza_connectors.service.errors import Conflict, NotFound, Unavailable, UserAlreadyExists
from credenza_connectors.service.service import AsyncService, Service
from credenza_connectors.service.token import AsyncTokens, Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

User = dict[str, Any]
"""A user as the admin API shows it: `user_id`, `username`, `claims`, `disabled_at`, `version` and others."""

_READ, _WRITE, _STATUS = "admin:users:read", "admin:users:write", "admin:users:status"


class _Call(NamedTuple):
    """A request of the admin API."""

    method: str
    path: str
    scope: str
    options: dict[str, Any]


def _creating(username: str, claims: Mapping[str, Any] | None, key: str | None, members: Mapping[str, Any]) -> _Call:
    body = {"username": username, **({} if claims is None else {"claims": claims}), **members}
    # The same key when the call is repeated: whatever was lost on the way, the user is made once.
    headers = {"Idempotency-Key": key or str(uuid4())}
    return _Call("POST", "/users", _WRITE, {"json": body, "headers": headers})


def _finding(username: str) -> _Call:
    return _Call("GET", "/users", _READ, {"params": {"username": username}})


def _one(method: str, user_id: str, scope: str, *, action: str = "") -> _Call:
    if user_id in ("", ".", ".."):
        # To whoever reads a URL these are no names, escaped or not: the call would be one of something else.
        raise NotFound("there is no such user")
    headers = {"If-Match": "*"} if method == "DELETE" else {}
    return _Call(method, f"/users/{quote(user_id, safe='')}{action}", scope, {"headers": headers})


def _user(answer: httpx2.Response) -> User:
    return _object(answer)


def _first(answer: httpx2.Response) -> User | None:
    items = _object(answer).get("items")
    return cast("User", items[0]) if isinstance(items, list) and items else None


def _object(answer: httpx2.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unavailable("the provider does not answer with a JSON object", answer.status_code)
    return cast("dict[str, Any]", found)


def _exists(error: Conflict) -> Conflict:
    if error.type != "taken":
        return error
    return UserAlreadyExists(str(error), error.status, error.document, error.retry_after)


class Users:
    """People, for blocking code."""

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

    def create(
        self,
        username: str,
        *,
        claims: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        **members: Any,
    ) -> User:
        """Make a user. Raises `UserAlreadyExists`, `Invalid` and other kinds of `ServiceError`."""
        try:
            return _user(self._do(_creating(username, claims, idempotency_key, members)))
        except Conflict as error:
            raise _exists(error) from error

    def find(self, username: str) -> User | None:
        """Find a user by name."""
        return _first(self._do(_finding(username)))

    def get(self, user_id: str) -> User:
        """Get a user. Raises `NotFound`."""
        return _user(self._do(_one("GET", user_id, _READ)))

    def disable(self, user_id: str) -> User:
        """Disable a user, which ends their sessions. Raises `NotFound`."""
        return _user(self._do(_one("POST", user_id, _STATUS, action="/disable")))

    def enable(self, user_id: str) -> User:
        """Enable a user. Raises `NotFound`."""
        return _user(self._do(_one("POST", user_id, _STATUS, action="/enable")))

    def delete(self, user_id: str) -> None:
        """Delete a user, whatever was changed meanwhile. Raises `NotFound`."""
        self._do(_one("DELETE", user_id, _WRITE))

    def _do(self, call: _Call) -> httpx2.Response:
        return self._service.request(call.method, call.path, scope=call.scope, **call.options)


class AsyncUsers:
    """People, for coroutines of asyncio."""

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

    async def create(
        self,
        username: str,
        *,
        claims: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        **members: Any,
    ) -> User:
        """Make a user. Raises `UserAlreadyExists`, `Invalid` and other kinds of `ServiceError`."""
        try:
            return _user(await self._do(_creating(username, claims, idempotency_key, members)))
        except Conflict as error:
            raise _exists(error) from error

    async def find(self, username: str) -> User | None:
        """Find a user by name."""
        return _first(await self._do(_finding(username)))

    async def get(self, user_id: str) -> User:
        """Get a user. Raises `NotFound`."""
        return _user(await self._do(_one("GET", user_id, _READ)))

    async def disable(self, user_id: str) -> User:
        """Disable a user, which ends their sessions. Raises `NotFound`."""
        return _user(await self._do(_one("POST", user_id, _STATUS, action="/disable")))

    async def enable(self, user_id: str) -> User:
        """Enable a user. Raises `NotFound`."""
        return _user(await self._do(_one("POST", user_id, _STATUS, action="/enable")))

    async def delete(self, user_id: str) -> None:
        """Delete a user, whatever was changed meanwhile. Raises `NotFound`."""
        await self._do(_one("DELETE", user_id, _WRITE))

    async def _do(self, call: _Call) -> httpx2.Response:
        return await self._service.request(call.method, call.path, scope=call.scope, **call.options)
