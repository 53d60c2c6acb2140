"""Where sessions are kept, and what instances tell each other: the interface, in memory, and what makes a store."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_ENTRIES = 100_000


class Store(Protocol):
    """
    A store of bytes that expire. Its methods may be coroutine functions, for applications that are.

    Keys, `sid` and `sub` come as hashes, values sealed: who reads the store has no session and no token.
    """

    def get(self, key: str) -> Any:
        """Return the bytes of an entry, or `None`."""

    def put(
        self, key: str, value: bytes, seconds: int, *, sid: str | None = None, sub: str | None = None,
        replace: bool = False,
    ) -> Any:  # fmt: skip
        """
        Keep an entry for so many seconds, and return whether that was done.

        With `replace` only if the key is still there, in one step: a session that was ended meanwhile stays so.
        """

    def delete(self, key: str) -> Any:
        """Remove an entry."""

    def delete_by(self, *, sid: str | None = None, sub: str | None = None) -> Any:
        """Remove all entries that were put with that `sid`, or with that `sub`."""

    def lock(self, key: str, seconds: int) -> Any:
        """Take a lock for so many seconds; return what releases it, or `None` when somebody else has it."""

    def unlock(self, key: str, token: str) -> Any:
        """Release a lock, unless it is another's by now."""


@dataclass
class _Entry:
    value: bytes
    until: float
    sid: str | None
    sub: str | None


class MemoryStore:
    """In the memory of this process: for one instance. When it is full, the oldest entry goes."""

    def __init__(self, most: int = MOST_ENTRIES, clock: Callable[[], float] = time.time) -> None:
        """Make an empty store of so many entries at the most."""
        self._most = most
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._locks: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._by: dict[tuple[str, str], set[str]] = {}
        self._guard = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """Return the bytes of an entry, or `None`."""
        with self._guard:
            entry = self._entries.get(key)
            if entry is not None and entry.until <= self._clock():
                self._remove(key)
                return None
            return None if entry is None else entry.value

    def put(
        self, key: str, value: bytes, seconds: int, *, sid: str | None = None, sub: str | None = None,
        replace: bool = False,
    ) -> bool:  # fmt: skip
        """Keep an entry."""
        now = self._clock()
        with self._guard:
            found = self._entries.get(key)
            if replace and (found is None or found.until <= now):
                return False
            self._remove(key)
            self._entries[key] = _Entry(value, now + seconds, sid, sub)
            for name in _names(sid, sub):
                self._by.setdefault(name, set()).add(key)
            while len(self._entries) > self._most:
                self._remove(next(iter(self._entries)))
            return True

    def delete(self, key: str) -> None:
        """Remove an entry."""
        with self._guard:
            self._remove(key)

    def delete_by(self, *, sid: str | None = None, sub: str | None = None) -> None:
        """Remove all entries of a `sid`, or of a `sub`."""
        with self._guard:
            for name in _names(sid, sub):
                for key in list(self._by.get(name, ())):
                    self._remove(key)

    def lock(self, key: str, seconds: int) -> str | None:
        """Take a lock, unless somebody has it."""
        now = self._clock()
        with self._guard:
            held = self._locks.get(key)
            if held is not None and held[1] > now:
                return None
            token = secrets.token_urlsafe(16)
            self._locks[key] = (token, now + seconds)
            while len(self._locks) > self._most:
                self._locks.popitem(last=False)
            return token

    def unlock(self, key: str, token: str) -> None:
        """Release a lock."""
        with self._guard:
            held = self._locks.get(key)
            if held is not None and held[0] == token:
                del self._locks[key]

    def _remove(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        for name in _names(entry.sid, entry.sub):
            keys = self._by.get(name, set())
            keys.discard(key)
            if not keys:
                self._by.pop(name, None)


def _names(sid: str | None, sub: str | None) -> list[tuple[str, str]]:
    return [(kind, value) for kind, value in (("sid", sid), ("sub", sub)) if value is not None]
