"""Sessions in Redis, for all instances: a store for blocking code and one for coroutines."""

from __future__ import annotations

import secrets
from typing import Any, cast

import redis
import redis.asyncio

PREFIX = "credenza:login:"
_TIMEOUT = 2.0

_UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class RedisStore:
    """A store in Redis, by a client of the package `redis`."""

    def __init__(self, client: redis.Redis, prefix: str = PREFIX) -> None:
        """Take a client; keys begin with the prefix."""
        self._client: Any = client
        self._prefix = prefix

    @classmethod
    def from_url(cls, url: str) -> RedisStore:
        """Make the client too. It gives up after two seconds."""
        return cls(redis.Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT))

    def get(self, key: str) -> bytes | None:
        """Return the bytes of an entry, or `None`."""
        return cast("bytes | None", self._client.get(self._prefix + key))

    def put(
        self, key: str, value: bytes, seconds: int, *, sid: str | None = None, sub: str | None = None,
        replace: bool = False,
    ) -> bool:  # fmt: skip
        """Keep an entry."""
        return bool(_put(self._client.pipeline(), self._prefix, (key, value, seconds, replace), sid, sub).execute()[-1])

    def delete(self, key: str) -> None:
        """Remove an entry."""
        self._client.delete(self._prefix + key)

    def delete_by(self, *, sid: str | None = None, sub: str | None = None) -> None:
        """Remove all entries of a `sid`, or of a `sub`."""
        for index in _indexes(self._prefix, sid, sub):
            keys = self._client.smembers(index)
            if keys:
                _forget(self._client.pipeline(), index, keys).execute()

    def lock(self, key: str, seconds: int) -> str | None:
        """Take a lock, unless somebody has it."""
        token = secrets.token_urlsafe(16)
        return token if self._client.set(f"{self._prefix}lock:{key}", token, nx=True, px=seconds * 1000) else None

    def unlock(self, key: str, token: str) -> None:
        """Release a lock, unless it is another's by now."""
        self._client.eval(_UNLOCK, 1, f"{self._prefix}lock:{key}", token)


class AsyncRedisStore:
    """A store in Redis, by a client of `redis.asyncio`."""

    def __init__(self, client: redis.asyncio.Redis, prefix: str = PREFIX) -> None:
        """Take a client; keys begin with the prefix."""
        self._client: Any = client
        self._prefix = prefix

    @classmethod
    def from_url(cls, url: str) -> AsyncRedisStore:
        """Make the client too. It gives up after two seconds."""
        return cls(redis.asyncio.Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT))

    async def get(self, key: str) -> bytes | None:
        """Return the bytes of an entry, or `None`."""
        return cast("bytes | None", await self._client.get(self._prefix + key))

    async def put(
        self, key: str, value: bytes, seconds: int, *, sid: str | None = None, sub: str | None = None,
        replace: bool = False,
    ) -> bool:  # fmt: skip
        """Keep an entry."""
        pipeline = _put(self._client.pipeline(), self._prefix, (key, value, seconds, replace), sid, sub)
        return bool((await pipeline.execute())[-1])

    async def delete(self, key: str) -> None:
        """Remove an entry."""
        await self._client.delete(self._prefix + key)

    async def delete_by(self, *, sid: str | None = None, sub: str | None = None) -> None:
        """Remove all entries of a `sid`, or of a `sub`."""
        for index in _indexes(self._prefix, sid, sub):
            keys = await self._client.smembers(index)
            if keys:
                await _forget(self._client.pipeline(), index, keys).execute()

    async def lock(self, key: str, seconds: int) -> str | None:
        """Take a lock, unless somebody has it."""
        token = secrets.token_urlsafe(16)
        is_taken = await self._client.set(f"{self._prefix}lock:{key}", token, nx=True, px=seconds * 1000)
        return token if is_taken else None

    async def unlock(self, key: str, token: str) -> None:
        """Release a lock, unless it is another's by now."""
        await self._client.eval(_UNLOCK, 1, f"{self._prefix}lock:{key}", token)


def _indexes(prefix: str, sid: str | None, sub: str | None) -> list[str]:
    return [f"{prefix}{kind}:{value}" for kind, value in (("sid", sid), ("sub", sub)) if value is not None]


def _put(pipeline: Any, prefix: str, entry: tuple[str, bytes, int, bool], sid: str | None, sub: str | None) -> Any:
    """Keep the entry in one transaction with the sets that `delete_by` finds it by; its answer comes last."""
    key, value, seconds, replace = entry
    # A new session lasts longest: what is replaced is in the sets already, and must not shorten their time.
    for index in () if replace else _indexes(prefix, sid, sub):
        pipeline.sadd(index, prefix + key)
        pipeline.expire(index, seconds)
    return pipeline.set(prefix + key, value, ex=seconds, xx=replace)


def _forget(pipeline: Any, index: str, keys: Any) -> Any:
    """Remove what was listed, and no session that began meanwhile."""
    return pipeline.delete(*keys).srem(index, *keys)
