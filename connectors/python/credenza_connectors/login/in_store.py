"""Sessions in a store: the cookie holds a random id alone."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from credenza_connectors.login.ended import asked, name_of
from credenza_connectors.login.exchange import prefixed
from credenza_connectors.login.record import Record
from credenza_connectors.login.sealed import digest

if TYPE_CHECKING:
    from credenza_connectors.login.config import Config
    from credenza_connectors.login.ended import Ended
    from credenza_connectors.login.exchange import Exchange
    from credenza_connectors.login.sealed import Sealer
    from credenza_connectors.login.store import Store

_LONGEST_REFRESH = 15
"""How long an instance may take to refresh before another one tries, in seconds."""
_RACE = 600
"""How long a sign-in may be under way while its `sid` is signed out, in seconds."""


class StoreSessions:
    """
    Sessions in a store.

    The key is a hash of the id in the cookie, and the value is sealed: the store alone opens no session.
    """

    def __init__(self, config: Config, sealer: Sealer, ended: Ended, store: Store) -> None:
        """Take the settings."""
        self._config = config
        self._sealer = sealer
        self._ended = ended
        self._store = store
        self._name = prefixed("credenza", is_secure=config.is_secure)

    async def load(self, exchange: Exchange) -> Record | None:
        """Find the session of a request. Raises `Unavailable`."""
        for value in exchange.values(self._name):
            record = await self._read(value)
            if record is not None:
                return record
        return None

    async def create(self, exchange: Exchange, record: Record) -> None:
        """Begin a session under a new id, unless its `sid` was signed out while the sign-in was under way."""
        record.id = secrets.token_urlsafe(32)
        if await self._ended.has(record):
            return
        await self._put(record, replace=False)
        exchange.set_cookie(self._name, record.id, self._left(record))

    async def save(self, exchange: Exchange, record: Record) -> bool:
        """Keep what changed, and tell whether the session was still there."""
        return await self._put(record, replace=True)

    async def reread(self, record: Record) -> Record | None:
        """Read it again, as another instance may have changed or ended it."""
        return await self._read(record.id)

    async def end(self, exchange: Exchange, record: Record) -> None:
        """End a session."""
        await asked(self._store.delete, self._key(record.id))
        self.forget(exchange)

    async def end_by(self, sid: str | None, sub: str | None) -> None:
        """End every session of a `sid`, or else of a `sub`, and those whose sign-in is under way."""
        kind, value = ("sid", sid) if sid is not None else ("sub", sub)
        if value is not None:
            await self._ended.mark(kind, value, _RACE)
            await asked(self._store.delete_by, **{kind: name_of(self._config, kind, value)})

    async def refreshing(self, record: Record) -> tuple[bool, str | None]:
        """Ask whether this instance may refresh, and get what ends it."""
        token: str | None = await asked(self._store.lock, self._key(record.id), _LONGEST_REFRESH)
        return token is not None, token

    async def refreshed(self, record: Record, token: str | None) -> None:
        """Let other instances refresh."""
        if token is not None:
            await asked(self._store.unlock, self._key(record.id), token)

    def forget(self, exchange: Exchange) -> None:
        """Remove the cookie."""
        exchange.drop_cookie(self._name)

    async def _read(self, session_id: str) -> Record | None:
        key = self._key(session_id)
        found = await asked(self._store.get, key)
        plain = None if found is None else self._sealer.open(key, bytes(found).decode("ascii", "replace"))
        record = None if plain is None else Record.from_bytes(plain)
        if record is None or record.id != session_id:
            return None
        return None if record.is_over(self._config.clock(), self._config.lifetime, self._config.idle) else record

    async def _put(self, record: Record, *, replace: bool) -> bool:
        key = self._key(record.id)
        value = self._sealer.seal(key, record.to_bytes()).encode()
        sid, sub = name_of(self._config, "sid", record.sid), name_of(self._config, "sub", record.sub)
        done = await asked(self._store.put, key, value, self._left(record), sid=sid, sub=sub, replace=replace)
        return bool(done)

    def _left(self, record: Record) -> int:
        return max(1, int(record.started + self._config.lifetime - self._config.clock()))

    def _key(self, session_id: str) -> str:
        return "session:" + digest("id", self._config.issuer, self._config.client_id, session_id)
