"""The logger `credenza`: why something failed, one line a minute for each cause."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

    from credenza._errors import Detail, Trouble

INFO, WARNING = 20, 30
_QUIET = 60.0
_MOST = 1000


class Rarely:
    """Says whether a line is due, and how many of its cause were not written since the last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Go by a clock in seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[object, tuple[float, int]] = {}

    def due(self, cause: object) -> int | None:
        """Return the number of lines left out since the last, or nothing when this one is to be left out too."""
        now = self._clock()
        with self._lock:
            at, left_out = self._last.get(cause, (None, 0))
            if at is not None and now - at < _QUIET:
                self._last[cause] = (at, left_out + 1)
                return None
            if len(self._last) >= _MOST:
                self._last.clear()
            self._last[cause] = (now, 0)
            return left_out


_rarely = Rarely()


def logger() -> logging.Logger:
    """Find the logger. Its module is loaded when there is trouble, as it takes as long as this package."""
    import logging

    return logging.getLogger("credenza")


def line(level: int, cause: object, message: str, *values: Any) -> None:
    """Write a line, unless one of the same cause was written within the last minute."""
    if not logger().isEnabledFor(level):
        return
    left_out = _rarely.due(cause)
    if left_out is None:
        return
    if left_out:
        message, values = f"{message} (and %d times since the last such line)", (*values, left_out)
    logger().log(level, message, *values)


def refused(status: int, rule: str, detail: Detail) -> None:
    """Say why a token was refused: a warning when the check itself was not possible."""
    level = WARNING if status == 503 else INFO
    line(level, ("refused", rule, detail.problem), "refused by the rule %s: %s", rule, detail.reason)


def trouble(found: Trouble, text: str) -> None:
    """Say what is wrong with what was fetched."""
    line(WARNING, ("trouble", found.cause, found.url), "trouble with the issuer: %s", text)


def renew() -> None:
    """Forget what was written, and take a new lock: a thread that is not there in a child may have held the old one."""
    global _rarely
    _rarely = Rarely()
