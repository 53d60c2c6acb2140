"""
Rate limits, for each caller and each tenant, in memory or shared by Redis.

A limit counts in windows: the first request opens one, and a quota of requests may follow until it ends. A request that
one limit refuses is counted by none.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from credenza import SettingsError

from credenza_connectors.kit.exchange import add_field
from credenza_connectors.kit.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from credenza_connectors.caller import Caller

_LOGGER = logging.getLogger("credenza.kit")
_MOST = 100_000
_LONGEST_PAUSE = 1.0
_QUICK = 0.1
"""A failure within so many seconds may be that of a connection which was lost before: a new one is tried at once."""

SCRIPT = """
local found, good = {}, 1
for i, key in ipairs(KEYS) do
  local count, left = tonumber(redis.call('GET', key) or '0'), redis.call('PTTL', key)
  if left < 0 then count, left = 0, tonumber(ARGV[2 * i]) end
  if count >= tonumber(ARGV[2 * i - 1]) then good = 0 end
  found[i] = {count, left}
end
if good == 1 then
  for i, key in ipairs(KEYS) do
    found[i][1] = found[i][1] + 1
    redis.call('SET', key, found[i][1], 'PX', found[i][2])
  end
end
local told = {good}
for i = 1, #KEYS do told[2 * i], told[2 * i + 1] = found[i][1], found[i][2] end
return told
"""
"""Counts in all windows or in none: quota and window (in milliseconds) of each key are the arguments."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: so many requests in so many seconds for each of whatever its key tells apart."""

    name: str
    quota: int
    window: float
    key: Callable[[Caller], str]

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.quota < 1 or self.window <= 0 or not self.name.isidentifier():
            raise SettingsError("limit", "has to have a name, a quota from 1 on and a window of seconds")


def whole_seconds(left: float) -> int:
    """Whole seconds, rounded up. Times that are subtracted are off by less than a millisecond, which is no second."""
    return math.ceil(round(left, 3))


def _issuer(caller: Caller) -> str:
    return caller.claims.iss or ""


def per_caller(quota: int, window: float) -> Limit:
    """Limit each user, and each client that has none."""
    return Limit("caller", quota, window, lambda caller: f"{_issuer(caller)} {caller.sub or caller.client_id or ''}")


def per_tenant(quota: int, window: float) -> Limit:
    """Limit each tenant; where tokens name none, their issuer is one."""
    return Limit("tenant", quota, window, lambda caller: f"{_issuer(caller)} {caller.tenant or ''}")


class Count(NamedTuple):
    """What a limit has counted."""

    hits: int
    left: float
    """How many seconds its window is open."""


Counts = tuple[bool, "list[Count]"]


class Memory:
    """Windows in the memory of this process, bounded: with too many, the ones that end first make room."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count nothing yet."""
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}

    def hit(self, limits: Sequence[Limit], keys: Sequence[str]) -> Counts:
        """Count a request in all windows, or in none."""
        with self._lock:
            now = self._clock()
            found: list[tuple[int, float]] = []
            for limit, key in zip(limits, keys, strict=True):
                count, until = self._windows.get(key, (0, 0.0))
                found.append((count, until) if until > now else (0, now + limit.window))
            is_good = all(count < limit.quota for limit, (count, _) in zip(limits, found, strict=True))
            if is_good:
                found = [(count + 1, until) for count, until in found]
                self._windows.update(zip(keys, found, strict=True))
                self._make_room(now)
            return is_good, [Count(count, until - now) for count, until in found]

    def _make_room(self, now: float) -> None:
        if len(self._windows) <= _MOST:
            return
        kept = {key: one for key, one in self._windows.items() if one[1] > now}
        if len(kept) > _MOST:
            latest = sorted(kept.items(), key=lambda pair: pair[1][1])[_MOST // 10 :]
            kept = dict(latest)
        self._windows = kept


class _RateLimit:
    def __init__(self, limits: Sequence[Limit], prefix: str) -> None:
        if not limits or len({limit.name for limit in limits}) < len(limits):
            raise SettingsError("limits", "have to have names of their own")
        self._limits = limits
        # One slot of a cluster, as a script counts in all keys at once.
        self._prefix = f"{{{prefix}}}"
        self._memory = Memory()
        self._asks_again_at = 0.0
        self._policy = ", ".join(f'"{limit.name}";q={limit.quota};w={math.ceil(limit.window)}' for limit in limits)

    def _keys(self, caller: Caller) -> list[str]:
        return [f"{self._prefix}:{limit.name}:{limit.key(caller)}" for limit in self._limits]

    def _arguments(self) -> list[int]:
        return [number for limit in self._limits for number in (limit.quota, math.ceil(limit.window * 1000))]

    def _may_ask(self) -> bool:
        """Whether to ask Redis: after a failure, one request does so now and then, and the others do not wait."""
        now = time.monotonic()
        if now < self._asks_again_at:
            return False
        if self._asks_again_at:
            self._asks_again_at = now + _LONGEST_PAUSE
        return True

    def _lose(self, error: Exception, began: float) -> None:
        """Pause for as long as the failure took: waiting for nothing is what costs."""
        now = time.monotonic()
        self._asks_again_at = now + min(now - began, _LONGEST_PAUSE)
        _LOGGER.warning("rate limits are counted in memory: Redis failed: %s", type(error).__name__)

    def _found(self, told: list[Any]) -> Counts:
        self._asks_again_at = 0.0
        numbers = [int(one) for one in told]
        return numbers[0] == 1, [Count(numbers[at], numbers[at + 1] / 1000) for at in range(1, len(numbers), 2)]

    def _judge(self, counts: Counts) -> None:
        is_good, found = counts
        pairs = list(zip(self._limits, found, strict=True))
        rest = [
            f'"{limit.name}";r={max(limit.quota - one.hits, 0)};t={whole_seconds(one.left)}' for limit, one in pairs
        ]
        add_field("RateLimit-Policy", self._policy)
        add_field("RateLimit", ", ".join(rest))
        if is_good:
            return
        after = max(whole_seconds(one.left) for limit, one in pairs if one.hits >= limit.quota)
        fields = [("Retry-After", str(max(after, 1)))]
        exceeded = [limit.name for limit, one in pairs if one.hits >= limit.quota]
        raise Problem(429, "rate_limited", title="Too many requests", fields=fields, limits=exceeded)


class RateLimit(_RateLimit):
    """Rate limits, for blocking code."""

    def __init__(self, *limits: Limit, redis: Any = None, prefix: str = "credenza:limits") -> None:
        """Count in memory, or by a client of the package redis, which should have short timeouts."""
        super().__init__(limits, prefix)
        self._redis = redis
        self._script: Any = None if redis is None else redis.register_script(SCRIPT)

    def hit(self, caller: Caller) -> None:
        """Count a request. Raises the problem `rate_limited` (429). Without Redis, this process counts alone."""
        keys = self._keys(caller)
        if self._script is not None and self._may_ask():
            began = time.monotonic()
            try:
                counts = self._found(self._ask(keys, began))
            except Exception as error:
                self._lose(error, began)
            else:
                self._judge(counts)
                return
        self._judge(self._memory.hit(self._limits, keys))

    def _ask(self, keys: list[str], began: float) -> Any:
        arguments = self._arguments()
        try:
            return self._script(keys=keys, args=arguments)
        except Exception:
            if time.monotonic() - began > _QUICK:
                raise
        self._redis.connection_pool.disconnect(inuse_connections=False)
        return self._script(keys=keys, args=arguments)


class AsyncRateLimit(_RateLimit):
    """Rate limits, for coroutines."""

    def __init__(self, *limits: Limit, redis: Any = None, prefix: str = "credenza:limits") -> None:
        """Count in memory, or by a client of `redis.asyncio`, which should have short timeouts."""
        super().__init__(limits, prefix)
        self._redis = redis
        self._script: Any = None if redis is None else redis.register_script(SCRIPT)

    async def hit(self, caller: Caller) -> None:
        """Count a request. Raises the problem `rate_limited` (429). Without Redis, this process counts alone."""
        keys = self._keys(caller)
        if self._script is not None and self._may_ask():
            began = time.monotonic()
            try:
                counts = self._found(await self._ask(keys, began))
            except Exception as error:
                self._lose(error, began)
            else:
                self._judge(counts)
                return
        self._judge(self._memory.hit(self._limits, keys))

    async def _ask(self, keys: list[str], began: float) -> Any:
        arguments = self._arguments()
        try:
            return await self._script(keys=keys, args=arguments)
        except Exception:
            if time.monotonic() - began > _QUICK:
                raise
        await self._redis.connection_pool.disconnect(inuse_connections=False)
        return await self._script(keys=keys, args=arguments)
