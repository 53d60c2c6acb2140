"""Sessions in sealed cookies: nothing is kept here, but which of them ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credenza_connectors.login.errors import SessionTooLarge
from credenza_connectors.login.exchange import prefixed
from credenza_connectors.login.record import Record

if TYPE_CHECKING:
    from credenza_connectors.login.config import Config
    from credenza_connectors.login.ended import Ended
    from credenza_connectors.login.exchange import Exchange
    from credenza_connectors.login.sealed import Sealer

_MOST = 3800
"""Bytes in one cookie: browsers take 4,096 with name and attributes."""
_LARGEST = 16_000
"""Bytes in all of them together: servers refuse longer header fields."""


class CookieSessions:
    """
    Sessions in cookies.

    A session that is too long for one cookie is parted. The first part begins with the number of parts, so that a part
    that is missing, or that a longer session left behind, does no harm.
    """

    def __init__(self, config: Config, sealer: Sealer, ended: Ended) -> None:
        """Take the settings."""
        self._config = config
        self._sealer = sealer
        self._ended = ended
        self._name = prefixed("credenza", is_secure=config.is_secure)
        self._place = f"{self._name} {config.issuer} {config.client_id}"

    async def load(self, exchange: Exchange) -> Record | None:
        """Find the session of a request: intact, in time, and not ended."""
        config = self._config
        now = config.clock()
        for first in exchange.values(self._name):
            plain = self._sealer.open(self._place, self._joined(exchange, first))
            record = None if plain is None else Record.from_bytes(plain)
            if record is None or record.is_over(now, config.lifetime, config.idle):
                continue
            return None if await self._ended.has(record) else record
        return None

    async def create(self, exchange: Exchange, record: Record) -> None:
        """Begin a session. Raises `SessionTooLarge`."""
        self._write(exchange, record)

    async def save(self, exchange: Exchange, record: Record) -> bool:
        """Keep what changed."""
        self._write(exchange, record)
        return True

    async def reread(self, record: Record) -> Record | None:
        """Tell what another instance made of it: that is not known here."""
        return record

    async def end(self, exchange: Exchange, record: Record) -> None:
        """End a session, for copies of its cookies too."""
        await self._ended.mark("session", record.id, self._config.lifetime)
        self.forget(exchange)

    async def end_by(self, sid: str | None, sub: str | None) -> None:
        """End every session of a `sid`, or else of a `sub`."""
        if sid is not None:
            await self._ended.mark("sid", sid, self._config.lifetime)
        elif sub is not None:
            await self._ended.mark("sub", sub, self._config.lifetime)

    async def refreshing(self, record: Record) -> tuple[bool, str | None]:
        """Ask whether this instance may refresh. No other instance is known of: the provider's grace window helps."""
        return True, None

    async def refreshed(self, record: Record, token: str | None) -> None:
        """Note the end of a refresh."""

    def forget(self, exchange: Exchange) -> None:
        """Remove the cookies."""
        for name in self._names(exchange):
            exchange.drop_cookie(name)

    def _names(self, exchange: Exchange) -> set[str]:
        known = {name for name, _ in exchange.cookies} | set(exchange.set_cookies)
        return {name for name in known if name == self._name or name.startswith(self._name + ".")}

    def _joined(self, exchange: Exchange, first: str) -> str:
        count, sign, text = first.partition(".")
        if not sign or not count.isdecimal() or not 1 <= int(count[:3]) <= 9:
            return ""
        parts = [exchange.values(f"{self._name}.{number}") for number in range(1, int(count[:3]))]
        return text + "".join(part[0] if part else "" for part in parts)

    def _write(self, exchange: Exchange, record: Record) -> None:
        sealed = self._sealer.seal(self._place, record.to_bytes())
        if len(sealed) > _LARGEST:
            text = f"the session has {len(sealed)} bytes, and cookies hold {_LARGEST}: set sessions to a store"
            raise SessionTooLarge(text)
        # Each part has room for the number before the first.
        parts = [sealed[begin : begin + _MOST] for begin in range(0, len(sealed), _MOST)]
        seconds = max(1, int(record.started + self._config.lifetime - self._config.clock()))
        stale = self._names(exchange)
        for number, part in enumerate(parts):
            name = self._name if number == 0 else f"{self._name}.{number}"
            exchange.set_cookie(name, f"{len(parts)}.{part}" if number == 0 else part, seconds)
            stale.discard(name)
        for name in stale:
            exchange.drop_cookie(name)
