"""
People, by the provider's admin API. Each call has a token with the one scope that it needs.

    users = Users("https://id.example", client_id, client_secret)
    users.create("ann", claims={"email": "ann@example.com"})
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from credenza_connectors.service.admin import Admin, AsyncAdmin, Call, creating, object_of, segment
from credenza_connectors.service.errors import Conflict, UserAlreadyExists

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

User = dict[str, Any]
"""A user as the admin API shows it: `user_id`, `username`, `claims`, `disabled_at`, `version` and others."""

_READ, _WRITE, _STATUS = "admin:users:read", "admin:users:write", "admin:users:status"


def _creating(username: str, claims: Mapping[str, Any] | None, key: str | None, members: Mapping[str, Any]) -> Call:
    body = {"username": username, **({} if claims is None else {"claims": claims}), **members}
    return creating("/users", _WRITE, body, key)


def _finding(username: str) -> Call:
    return Call("GET", "/users", _READ, {"params": {"username": username}})


def _one(method: str, user_id: str, scope: str, *, action: str = "") -> Call:
    headers = {"If-Match": "*"} if method == "DELETE" else {}
    return Call(method, f"/users/{segment(user_id)}{action}", scope, {"headers": headers})


def _first(answer: httpx2.Response) -> User | None:
    items = object_of(answer).get("items")
    return cast("User", items[0]) if isinstance(items, list) and items else None


def _exists(error: Conflict) -> Conflict:
    if error.type != "taken":
        return error
    return UserAlreadyExists(str(error), error.status, error.document, error.retry_after)


class Users(Admin):
    """People, for blocking code."""

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
            return object_of(self._do(_creating(username, claims, idempotency_key, members)))
        except Conflict as error:
            raise _exists(error) from error

    def find(self, username: str) -> User | None:
        """Find a user by name."""
        return _first(self._do(_finding(username)))

    def get(self, user_id: str) -> User:
        """Get a user. Raises `NotFound`."""
        return object_of(self._do(_one("GET", user_id, _READ)))

    def disable(self, user_id: str) -> User:
        """Disable a user, which ends their sessions. Raises `NotFound`."""
        return object_of(self._do(_one("POST", user_id, _STATUS, action="/disable")))

    def enable(self, user_id: str) -> User:
        """Enable a user. Raises `NotFound`."""
        return object_of(self._do(_one("POST", user_id, _STATUS, action="/enable")))

    def delete(self, user_id: str) -> None:
        """Delete a user, whatever was changed meanwhile. Raises `NotFound`."""
        self._do(_one("DELETE", user_id, _WRITE))


class AsyncUsers(AsyncAdmin):
    """People, for coroutines of asyncio."""

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
            return object_of(await self._do(_creating(username, claims, idempotency_key, members)))
        except Conflict as error:
            raise _exists(error) from error

    async def find(self, username: str) -> User | None:
        """Find a user by name."""
        return _first(await self._do(_finding(username)))

    async def get(self, user_id: str) -> User:
        """Get a user. Raises `NotFound`."""
        return object_of(await self._do(_one("GET", user_id, _READ)))

    async def disable(self, user_id: str) -> User:
        """Disable a user, which ends their sessions. Raises `NotFound`."""
        return object_of(await self._do(_one("POST", user_id, _STATUS, action="/disable")))

    async def enable(self, user_id: str) -> User:
        """Enable a user. Raises `NotFound`."""
        return object_of(await self._do(_one("POST", user_id, _STATUS, action="/enable")))

    async def delete(self, user_id: str) -> None:
        """Delete a user, whatever was changed meanwhile. Raises `NotFound`."""
        await self._do(_one("DELETE", user_id, _WRITE))
