"""A session as handlers see it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from credenza_connectors.login.host import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credenza_connectors.login.engine import Engine
    from credenza_connectors.login.exchange import Exchange
    from credenza_connectors.login.record import Record


class BaseSession:
    """Who is signed in. It is not changed by handlers."""

    def __init__(self, engine: Engine, exchange: Exchange, record: Record) -> None:
        """Take the session of a request."""
        self._engine = engine
        self._exchange = exchange
        self._record = record

    @property
    def sub(self) -> str:
        """The person, by the name that the issuer gave."""
        return self._record.sub

    @property
    def sid(self) -> str | None:
        """The session at the provider."""
        return self._record.sid

    @property
    def claims(self) -> Mapping[str, Any]:
        """The claims of the ID token and of the userinfo endpoint, but those of the protocol."""
        return MappingProxyType(self._record.claims)

    @property
    def data(self) -> Mapping[str, Any]:
        """What the hook `signed_in` returned."""
        return MappingProxyType(self._record.data)

    @property
    def name(self) -> str | None:
        """The name of the person."""
        return _text(self._record.claims.get("name"))

    @property
    def email(self) -> str | None:
        """The mail address of the person. Whether it is theirs, `email_verified` of the claims tells."""
        return _text(self._record.claims.get("email"))

    @property
    def acr(self) -> str | None:
        """How the person authenticated, as a class."""
        return _text(self._record.claims.get("acr"))

    @property
    def auth_time(self) -> int | None:
        """When the person authenticated, in seconds since 1970."""
        value = self._record.claims.get("auth_time")
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def id_token(self) -> str:
        """The ID token, for hints to the provider."""
        return self._record.tokens.id_token

    def has_role(self, role: str) -> bool:
        """Whether the claim `roles` has a role."""
        roles = self._record.claims.get("roles")
        return isinstance(roles, list) and role in roles

    def __repr__(self) -> str:
        """Show no token."""
        return f"{type(self).__name__}(sub={self.sub!r}, sid={self.sid!r})"


class AsyncSession(BaseSession):
    """A session in coroutines."""

    async def token(self) -> str:
        """
        Give an access token that is good for a while; it is refreshed where needed.

        Raises `SignInNeeded` or `Unavailable`, which need not be caught: the connector answers them.
        """
        return await self._engine.token(self._exchange, self._record)


class Session(BaseSession):
    """A session in blocking code."""

    def token(self) -> str:
        """
        Give an access token that is good for a while; it is refreshed where needed.

        Raises `SignInNeeded` or `Unavailable`, which need not be caught: the connector answers them.
        """
        return run(self._engine.token(self._exchange, self._record))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
