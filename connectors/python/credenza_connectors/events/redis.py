"""
The Redis Stream of the provider, read by a consumer group: every event at least once, by one of its consumers.

    stream = Stream(redis.Redis(), "credenza:events", handle, group="billing")
    stream.start()      # in a thread of its own; or stream.run() in this one
    ...
    stream.stop()

An event counts as handled when `handle` returns. When it raises, the event is tried again later, while others go on;
after ten tries it is in the stream `credenza:events:dead`. What a consumer that is gone left behind is taken over.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import logging
import os
import socket
import threading
import time
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import redis

from credenza_connectors.events.event import Event

if TYPE_CHECKING:
    from collections.abc import Callable

_LOGGER = logging.getLogger("credenza.events")
_BATCH = 16


class _Entry(NamedTuple):
    """An entry of the stream, ordered by when it is due."""

    due: float
    at: str
    fields: dict[str, str]


class Stream:
    """One consumer of a group."""

    def __init__(
        self,
        client: redis.Redis,
        stream: str,
        handle: Callable[[Event], Any],
        *,
        group: str,
        consumer: str | None = None,
        start: str = "0",
        tries: int = 10,
        claim_after: float = 60,
        backoff: float = 0.5,
    ) -> None:
        """
        Read a stream, which the group is made for if it is not there, from `start` on: `0` the oldest, `$` new ones.

        `handle` may be a coroutine function, which is run in this consumer's thread. It should take less than
        `claim_after` seconds: after that a consumer counts as gone, and another one takes what it has. The first retry
        is `backoff` seconds later, the next twice as long, up to half of `claim_after`. A socket timeout of the client
        has to be longer than a second.
        """
        self._client, self._stream, self._handle, self._group = client, stream, handle, group
        self._name = consumer or f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
        self._start, self._tries, self._claim_after, self._backoff = start, tries, claim_after, backoff
        self._waiting: list[_Entry] = []
        self._claims_at = 0.0
        self._is_stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Read in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="credenza-events", daemon=True)
        self._thread.start()

    def stop(self, timeout: float | None = 10) -> None:
        """Stop after the event that is being handled, and wait for that."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def run(self) -> None:
        """Read until `stop` is called. While Redis cannot be reached, it is tried again and again."""
        failures = 0
        has_group = False
        while not self._is_stopping.is_set():
            try:
                if not has_group:
                    self._make_group()
                    has_group = True
                self._round()
                failures = 0
            except (redis.RedisError, OSError) as error:
                # The group is gone where the whole stream is.
                has_group = False
                failures += 1
                _LOGGER.warning("the stream %s cannot be read: %s", self._stream, type(error).__name__)
                self._is_stopping.wait(min(0.1 * 2**failures, 5))

    def _make_group(self) -> None:
        try:
            self._client.xgroup_create(self._stream, self._group, id=self._start, mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def _round(self) -> None:
        if time.monotonic() >= self._claims_at:
            self._take_over()
            self._claims_at = time.monotonic() + self._claim_after / 4
        while self._waiting and self._waiting[0].due <= time.monotonic() and not self._is_stopping.is_set():
            self._retry(heapq.heappop(self._waiting))
        wait = 1.0
        if self._waiting:
            wait = min(wait, max(self._waiting[0].due - time.monotonic(), 0.01))
        found: Any = self._client.xreadgroup(
            self._group, self._name, {self._stream: ">"}, count=_BATCH, block=max(int(wait * 1000), 1)
        )
        fresh = time.monotonic()
        for at, fields in _entries(found):
            if self._is_stopping.is_set():
                # What is left is taken over by others.
                return
            if time.monotonic() - fresh > self._claim_after / 4:
                self._client.xclaim(self._stream, self._group, self._name, 0, [at], justid=True)
            self._work(at, fields, 1)

    def _take_over(self) -> None:
        """Take what consumers left behind that are gone, or that was never acknowledged."""
        cursor = "0-0"
        known = {entry.at for entry in self._waiting}
        while not self._is_stopping.is_set():
            idle = int(self._claim_after * 1000)
            told: Any = self._client.xautoclaim(
                self._stream, self._group, self._name, idle, start_id=cursor, count=_BATCH
            )
            cursor = _text(told[0])
            for at, fields in told[1]:
                if at is not None and _text(at) not in known:
                    self._work(_text(at), _fields(fields), None)
            if cursor == "0-0":
                return

    def _retry(self, entry: _Entry) -> None:
        """Try an entry again, unless another consumer has it now, or it is gone."""
        pending = self._pending(entry.at)
        if pending is None or _text(pending["consumer"]) != self._name:
            return
        # Counts as one more delivery, and is not idle any more.
        self._client.xclaim(self._stream, self._group, self._name, 0, [entry.at])
        self._work(entry.at, entry.fields, int(pending["times_delivered"]) + 1)

    def _pending(self, at: str) -> dict[str, Any] | None:
        found: Any = self._client.xpending_range(self._stream, self._group, at, at, 1)
        return dict(found[0]) if found else None

    def _work(self, at: str, fields: dict[str, str], delivered: int | None) -> None:
        """Handle an entry that was delivered so many times; `None` where Redis has to be asked."""
        if delivered is None:
            pending = self._pending(at)
            delivered = 1 if pending is None else int(pending["times_delivered"])
        if delivered > self._tries:
            # Consumers died of it, so often that nothing was told.
            self._bury(at, fields, "no consumer survived it")
            return
        try:
            event = _event(fields)
        except (ValueError, KeyError, RecursionError):
            self._bury(at, fields, "it is no event")
            return
        try:
            found = self._handle(event)
            if isawaitable(found):
                asyncio.run(_awaited(found))
        except Exception as error:
            self._failed(at, fields, delivered, error)
        else:
            self._client.xack(self._stream, self._group, at)

    def _failed(self, at: str, fields: dict[str, str], delivered: int, error: Exception) -> None:
        members = {"event": fields.get("id"), "type": fields.get("type"), "tries": delivered}
        _LOGGER.error("an event was not handled: %s", members, exc_info=error, extra={"credenza": members})
        if delivered >= self._tries:
            self._bury(at, fields, type(error).__name__)
            return
        pause = min(self._backoff * 2 ** (delivered - 1), self._claim_after / 2)
        heapq.heappush(self._waiting, _Entry(time.monotonic() + pause, at, fields))

    def _bury(self, at: str, fields: dict[str, str], why: str) -> None:
        """Move an entry to the stream of those that nobody could handle, in one transaction."""
        entry: Any = {**fields, "entry": at, "group": self._group, "error": why}
        with self._client.pipeline(transaction=True) as pipeline:
            pipeline.xadd(f"{self._stream}:dead", entry)
            pipeline.xack(self._stream, self._group, at)
            pipeline.execute()
        _LOGGER.error("an event was moved to %s:dead: %s", self._stream, why)


async def _awaited(found: Any) -> Any:
    return await found


def _event(fields: dict[str, str]) -> Event:
    envelope = json.loads(fields["body"])
    if not isinstance(envelope, dict):
        raise ValueError("an event is a JSON object")
    return Event(fields["id"], fields["type"], fields.get("tenant", ""), envelope)


def _entries(found: Any) -> list[tuple[str, dict[str, str]]]:
    """Read the answer of XREADGROUP, of RESP 2 (a list) or 3 (a map)."""
    if not found:
        return []
    batches = found.values() if isinstance(found, dict) else [entries for _, entries in found]
    flat = []
    for batch in batches:
        for one in batch:
            # RESP 3 has a list of lists of entries.
            flat.extend(one if isinstance(one, list) and one and isinstance(one[0], (list, tuple)) else [one])
    return [(_text(at), _fields(fields)) for at, fields in flat]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _fields(fields: Any) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in (fields or {}).items()}
