"""
Health and readiness.

A check is a function without arguments that raises, or returns false, when something is wrong.
"""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import cache
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOGGER = logging.getLogger("credenza.kit")

Report = tuple[int, dict[str, Any]]
LIVE: Report = (200, {"status": "ok"})
"""What `/livez` answers: that the process serves requests, whatever others do."""


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(8, thread_name_prefix="credenza-health")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)


def _told(found: Mapping[str, bool]) -> Report:
    is_ready = all(found.values())
    checks = {name: "ok" if is_good else "failed" for name, is_good in found.items()}
    return 200 if is_ready else 503, {"status": "ok" if is_ready else "unavailable", "checks": checks}


def _failed(name: str, error: Exception) -> bool:
    _LOGGER.warning("the check %s failed: %s", name, type(error).__name__)
    return False


class Health:
    """What `/readyz` answers: 200, or 503 when a check fails, with what each of them says."""

    def __init__(self, *, timeout: float = 2, **checks: Callable[[], Any]) -> None:
        """Take the checks, by name; each may take `timeout` seconds."""
        self._timeout = timeout
        self._checks = checks

    def report(self) -> Report:
        """Run the checks, from blocking code: the status and the document."""
        running = {name: _threads().submit(check) for name, check in self._checks.items()}
        found: dict[str, bool] = {}
        for name, future in running.items():
            try:
                found[name] = future.result(self._timeout) is not False
            except (Exception, FutureTimeoutError) as error:
                future.cancel()
                found[name] = _failed(name, error)
        return _told(found)

    async def report_async(self) -> Report:
        """Run the checks, which may be coroutine functions: the status and the document."""
        names = list(self._checks)
        found = await asyncio.gather(*(self._one(name) for name in names))
        return _told(dict(zip(names, found, strict=True)))

    async def _one(self, name: str) -> bool:
        async def run() -> Any:
            found = self._checks[name]()
            return await found if isawaitable(found) else found

        try:
            return await asyncio.wait_for(run(), self._timeout) is not False
        except (Exception, asyncio.TimeoutError) as error:
            return _failed(name, error)
