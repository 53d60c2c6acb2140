"""What all instances have to know besides sessions: who was signed out, and what was used once."""

from __future__ import annotations

import json
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from credenza_connectors.login.errors import Unavailable
from credenza_connectors.login.sealed import digest

if TYPE_CHECKING:
    from credenza_connectors.login.config import Config
    from credenza_connectors.login.record import Record
    from credenza_connectors.login.store import Store


async def asked(method: Any, *arguments: Any, **named: Any) -> Any:
    """Call a method of a store, which may be a coroutine function. What it raises is `Unavailable`."""
    try:
        answer = method(*arguments, **named)
        return await answer if isawaitable(answer) else answer
    except Exception as error:
        raise Unavailable(f"the session store fails: {type(error).__name__} {error}") from error


def name_of(config: Config, kind: str, value: str | None) -> str | None:
    """Name a `sid` or `sub` of the issuer, or a session, by a hash."""
    return None if value is None else digest(kind, config.issuer, config.client_id, value)


class Ended:
    """Sessions that ended before their time, by `sid`, `sub` or their own id; and what is good once."""

    def __init__(self, config: Config, store: Store) -> None:
        """Keep it in a store."""
        self._config = config
        self._store = store

    async def mark(self, kind: str, value: str, seconds: int) -> None:
        """Note that all sessions with that value, which began until now, are over."""
        note = json.dumps(self._config.clock()).encode()
        await asked(self._store.put, self._key(kind, value), note, seconds)

    async def has(self, record: Record) -> bool:
        """Whether a session was ended."""
        for kind, value in (("session", record.id), ("sid", record.sid), ("sub", record.sub)):
            if value is None:
                continue
            note = await asked(self._store.get, self._key(kind, value))
            if note is not None and record.started <= float(json.loads(note)):
                return True
        return False

    async def use(self, kind: str, value: str, seconds: int) -> str | None:
        """Use something once: return what gives it back, or `None` when it was used before."""
        used: str | None = await asked(self._store.lock, self._key(kind, value), seconds)
        return used

    async def give_back(self, kind: str, value: str, token: str) -> None:
        """Undo a use."""
        await asked(self._store.unlock, self._key(kind, value), token)

    def _key(self, kind: str, value: str) -> str:
        return f"ended:{name_of(self._config, kind, value)}"
