"""
Values that are fetched, kept for a while, and fetched once for all who wait.

Threads and coroutines may wait for each other: a coroutine that fetches serves threads, and the other way about.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T]):
    """What was fetched."""

    value: T
    lifetime: float
    """For how many seconds it is good."""


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    value: T
    until: float


class _Cancelled(Exception):
    """Whoever fetched was cancelled: somebody else has to."""


class Kept(Generic[T]):
    """
    Values by key.

    With `stale`, an old value serves on where a fetch fails, and the next is tried that many seconds later. Without it,
    a failure is raised to all who wait.
    """

    def __init__(self, *, stale: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Keep nothing yet."""
        self._stale = stale
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry[T]] = {}
        self._flights: dict[str, Future[T]] = {}

    def drop(self, key: str | None = None) -> None:
        """Forget the value of a key, or all; also what is being fetched now, for those who ask from here on."""
        with self._lock:
            if key is None:
                self._entries.clear()
                self._flights.clear()
            else:
                self._entries.pop(key, None)
                self._flights.pop(key, None)

    def drop_value(self, value: T) -> None:
        """Forget a value, and none that took its place meanwhile."""
        with self._lock:
            for key in [key for key, entry in self._entries.items() if entry.value == value]:
                del self._entries[key]

    def get(self, key: str, fetch: Callable[[], Fetched[T]]) -> T:
        """Get a value, from blocking code. Raises what the fetch raises."""
        while True:
            value, flight, is_mine = self._begin(key)
            if flight is None:
                return value  # type: ignore[return-value]
            if not is_mine:
                try:
                    return flight.result()
                except _Cancelled:
                    continue
            try:
                fetched = fetch()
            except BaseException as error:
                return self._failed(key, flight, error)
            return self._landed(key, flight, fetched)

    async def get_async(self, key: str, fetch: Callable[[], Awaitable[Fetched[T]]]) -> T:
        """Get a value, from a coroutine of asyncio. Raises what the fetch raises."""
        while True:
            value, flight, is_mine = self._begin(key)
            if flight is None:
                return value  # type: ignore[return-value]
            if not is_mine:
                try:
                    # Shielded: who stops waiting does not stop the others.
                    return await asyncio.shield(asyncio.wrap_future(flight))
                except _Cancelled:
                    continue
            try:
                fetched = await fetch()
            except BaseException as error:
                return self._failed(key, flight, error)
            return self._landed(key, flight, fetched)

    def _begin(self, key: str) -> tuple[T | None, Future[T] | None, bool]:
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and self._clock() < entry.until:
                return entry.value, None, False
            flight = self._flights.get(key)
            if flight is not None:
                return None, flight, False
            flight = self._flights[key] = Future()
            return None, flight, True

    def _landed(self, key: str, flight: Future[T], fetched: Fetched[T]) -> T:
        with self._lock:
            # It is another one where the value was dropped meanwhile: what was fetched before counts no more.
            if self._flights.get(key) is flight:
                del self._flights[key]
                if len(self._entries) >= _MOST:
                    self._entries.clear()
                self._entries[key] = _Entry(fetched.value, self._clock() + fetched.lifetime)
        flight.set_result(fetched.value)
        return fetched.value

    def _failed(self, key: str, flight: Future[T], error: BaseException) -> T:
        with self._lock:
            is_current = self._flights.get(key) is flight
            if is_current:
                del self._flights[key]
            old = self._entries.get(key)
            usable = is_current and self._stale is not None and old is not None and isinstance(error, Exception)
            if usable and old is not None and self._stale is not None:
                self._entries[key] = _Entry(old.value, self._clock() + self._stale)
        if usable and old is not None:
            flight.set_result(old.value)
            return old.value
        flight.set_exception(error if isinstance(error, Exception) else _Cancelled())
        raise error
