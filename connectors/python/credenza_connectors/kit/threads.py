"""Blocking handlers with a time limit: they run in a thread of their own, so that somebody can give up on them."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_MOST = 256
"""How many threads there may be; with more requests at once, some wait, and their time runs."""


class Abandoned(Exception):
    """It took too long."""


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_MOST, thread_name_prefix="credenza-handler")


if hasattr(os, "register_at_fork"):
    # A child has none of the threads.
    os.register_at_fork(after_in_child=_threads.cache_clear)


def within(seconds: float, work: Callable[[], T], discard: Callable[[T], Any]) -> T:
    """Do some work. Raises `Abandoned` when the time is up; what comes of the work then is discarded."""
    future = _threads().submit(work)
    try:
        return future.result(seconds)
    except FutureTimeoutError:
        if future.done():
            # Just now, or it was the work itself that raised it.
            return future.result()
        future.cancel()
        future.add_done_callback(lambda done: _discard(done, discard))
        raise Abandoned from None


def _discard(done: Future[T], discard: Callable[[T], Any]) -> None:
    if not done.cancelled() and done.exception() is None:
        discard(done.result())
