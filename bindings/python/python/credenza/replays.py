"""
Stores of used DPoP proofs (RFC 9449 section 11.1), for the `replays` of a validator.

    validator = Validator(issuer, audience, dpop={}, replays=RedisReplays(redis.Redis()))
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["AsyncRedisReplays", "MemoryReplays", "RedisReplays"]


class _Redis(Protocol):
    def set(self, name: str, value: bytes, *, nx: bool, ex: int) -> Any: ...


class _AsyncRedis(Protocol):
    def set(self, name: str, value: bytes, *, nx: bool, ex: int) -> Awaitable[Any]: ...


class MemoryReplays:
    """For several validators of one process."""

    def __init__(self, *, capacity: int = 100_000, clock: Callable[[], float] = time.time) -> None:
        """Remember so many at once: when as many are still fresh, further ones are refused."""
        self._capacity, self._clock = capacity, clock
        self._ends: dict[str, int] = {}
        self._lock = threading.Lock()

    def remember(self, name: str, until: int) -> bool:
        """Record a name, and say whether it was new."""
        now = self._clock()
        with self._lock:
            if len(self._ends) >= self._capacity:
                self._ends = {own: end for own, end in self._ends.items() if end >= now}
            if self._ends.get(name, now - 1) >= now or len(self._ends) >= self._capacity:
                return False
            self._ends[name] = until
            return True


class RedisReplays:
    """In Redis, by a client of the package redis: `SET NX`, which one of several nodes wins."""

    def __init__(self, client: _Redis, *, prefix: str = "credenza:", clock: Callable[[], float] = time.time) -> None:
        """Use this client, and names that begin with the prefix."""
        self._client, self._prefix, self._clock = client, prefix, clock

    def remember(self, name: str, until: int) -> bool:
        """Record a name, and say whether it was new."""
        return bool(self._client.set(self._prefix + name, b"1", nx=True, ex=_seconds(until, self._clock())))


class AsyncRedisReplays:
    """As `RedisReplays`, by a client of redis.asyncio, for `AsyncValidator`."""

    def __init__(
        self, client: _AsyncRedis, *, prefix: str = "credenza:", clock: Callable[[], float] = time.time
    ) -> None:
        """Use this client, and names that begin with the prefix."""
        self._client, self._prefix, self._clock = client, prefix, clock

    async def remember(self, name: str, until: int) -> bool:
        """Record a name, and say whether it was new."""
        seconds = _seconds(until, self._clock())
        return bool(await self._client.set(self._prefix + name, b"1", nx=True, ex=seconds))


def _seconds(until: int, now: float) -> int:
    # The last second counts whole.
    return max(1, until - int(now) + 1)
