"""How long a handler may take until it begins to answer. The limit of a route takes the place of the kit's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from credenza_connectors.kit.problem import Problem

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

_MARK = "credenza_timeout"
_shortest = float("inf")


def timeout(seconds: float) -> Callable[[ViewT], ViewT]:
    """Decorate a handler: it may take this long, more or less than the kit's limit."""
    global _shortest
    _shortest = min(_shortest, seconds)

    def mark(view: ViewT) -> ViewT:
        setattr(view, _MARK, seconds)
        return view

    return mark


def timeout_of(view: Any, usual: float | None) -> float | None:
    """Find the limit of a handler, in seconds; `None` for none."""
    found: float | None = getattr(view, _MARK, usual)
    return found


def first_look(usual: float | None) -> float | None:
    """Tell after how many seconds to look which handler was chosen; `None` where no limit may matter."""
    least = _shortest if usual is None else min(_shortest, usual)
    return None if least == float("inf") else least


def timed_out() -> Problem:
    """Give up (RFC 9110 section 15.6.4). The handler may be at work still, or not have begun: others may try again."""
    return Problem(503, "timeout", title="It took too long", fields=[("Retry-After", "1")])
