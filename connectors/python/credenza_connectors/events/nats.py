"""
The stream of NATS JetStream, read by a durable consumer: every event at least once, by one of those that share it.

    events = Subscription("nats://127.0.0.1:4222", "CREDENZA", handle, durable="billing")
    await events.run()      # until it is cancelled; or events.start(), in a thread of its own

An event counts as handled when `handle` returns. When it raises, the event is tried again later, while others go on;
after ten tries it is given up: it stays in the stream, and the log names its number there.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

import nats
from nats.errors import Error
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from credenza_connectors.events.event import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nats.aio.msg import Msg

_LOGGER = logging.getLogger("credenza.events")
_BATCH = 16


class Subscription:
    """One of those that share a durable consumer."""

    def __init__(
        self,
        servers: str | Sequence[str],
        stream: str,
        handle: Callable[[Event], Any],
        *,
        durable: str,
        subject: str = "credenza.events.>",
        tries: int = 10,
        ack_wait: float = 60,
        backoff: float = 0.5,
        **options: Any,
    ) -> None:
        """
        Read a stream from its first event on; the consumer is made if it is not there.

        `handle` may be a coroutine function. What it does not finish in `ack_wait` seconds is delivered again. The
        first retry is `backoff` seconds later, the next twice as long, up to half of `ack_wait`. Further options are
        those of `nats.connect`.
        """
        self._servers = [servers] if isinstance(servers, str) else list(servers)
        self._stream, self._handle, self._durable, self._subject = stream, handle, durable, subject
        self._tries, self._ack_wait, self._backoff, self._options = tries, ack_wait, backoff, options
        self._thread: threading.Thread | None = None
        self._stop: Callable[[], Any] | None = None

    def start(self) -> None:
        """Read in a thread of its own."""
        self._thread = threading.Thread(target=self._run_in_thread, name="credenza-events", daemon=True)
        self._thread.start()

    def stop(self, timeout: float | None = 10) -> None:
        """Stop the thread, and wait for that."""
        if self._stop is not None:
            self._stop()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run_in_thread(self) -> None:
        async def run() -> None:
            task = asyncio.ensure_future(self.run())
            loop = asyncio.get_running_loop()
            self._stop = lambda: loop.call_soon_threadsafe(task.cancel)
            await asyncio.wait({task})

        asyncio.run(run())

    async def run(self) -> None:
        """Read until this is cancelled. While NATS cannot be reached, it is tried again and again."""
        failures = 0
        while True:
            try:
                async with await nats.connect(self._servers, allow_reconnect=False, **self._options) as connection:
                    await self._read(connection)
            except (Error, OSError) as error:
                failures = min(failures + 1, 6)
                _LOGGER.warning("the stream %s cannot be read: %s", self._stream, type(error).__name__)
                await asyncio.sleep(0.1 * 2**failures)

    async def _read(self, connection: Any) -> None:
        config = ConsumerConfig(
            ack_policy=AckPolicy.EXPLICIT, ack_wait=self._ack_wait, deliver_policy=DeliverPolicy.ALL, max_deliver=-1
        )
        subscription = await connection.jetstream().pull_subscribe(
            self._subject, self._durable, stream=self._stream, config=config
        )
        while not connection.is_closed:
            try:
                messages = await subscription.fetch(_BATCH, timeout=1)
            except asyncio.TimeoutError:
                continue
            for message in messages:
                await self._work(message)

    async def _work(self, message: Msg) -> None:
        try:
            event = _event(message)
        except (ValueError, KeyError, RecursionError):
            await self._give_up(message, "it is no event")
            return
        try:
            found = self._handle(event)
            if isawaitable(found):
                await found
        except Exception as error:
            await self._failed(message, event, error)
        else:
            await message.ack()

    async def _failed(self, message: Msg, event: Event, error: Exception) -> None:
        delivered = message.metadata.num_delivered
        members = {"event": event.id, "type": event.type, "tries": delivered}
        _LOGGER.error("an event was not handled: %s", members, exc_info=error, extra={"credenza": members})
        if delivered >= self._tries:
            await self._give_up(message, type(error).__name__)
        else:
            await message.nak(delay=min(self._backoff * 2 ** (delivered - 1), self._ack_wait / 2))

    async def _give_up(self, message: Msg, why: str) -> None:
        await message.term()
        _LOGGER.error("event %d of %s is given up: %s", message.metadata.sequence.stream, self._stream, why)


def _event(message: Msg) -> Event:
    envelope = json.loads(message.data)
    if not isinstance(envelope, dict):
        raise ValueError("an event is a JSON object")
    # CloudEvents names it one way, the plain form another.
    tenant = envelope.get("tenantid") or envelope.get("tenant_id") or ""
    return Event(envelope["id"], envelope["type"], tenant, envelope)
