"""Where sessions are kept: the interface of cookies and of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from credenza_connectors.login.exchange import Exchange
    from credenza_connectors.login.record import Record


class Sessions(Protocol):
    """Where sessions are kept: in cookies, or in a store."""

    async def load(self, exchange: Exchange) -> Record | None:
        """Find the session of a request."""
        ...

    async def create(self, exchange: Exchange, record: Record) -> None:
        """Begin a session."""
        ...

    async def save(self, exchange: Exchange, record: Record) -> bool:
        """Keep what changed, and tell whether the session was still there."""
        ...

    async def reread(self, record: Record) -> Record | None:
        """Read a session again."""
        ...

    async def end(self, exchange: Exchange, record: Record) -> None:
        """End a session."""
        ...

    async def end_by(self, sid: str | None, sub: str | None) -> None:
        """End every session of a `sid`, or else of a `sub`."""
        ...

    async def refreshing(self, record: Record) -> tuple[bool, str | None]:
        """Ask whether this instance may refresh, and get what ends it."""
        ...

    async def refreshed(self, record: Record, token: str | None) -> None:
        """Let other instances refresh."""
        ...

    def forget(self, exchange: Exchange) -> None:
        """Remove the cookies."""
