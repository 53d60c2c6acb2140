"""What the kit knows of the request that is being served."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from credenza_connectors.caller import Caller


class Exchange:
    """A request under way."""

    __slots__ = ("caller", "fields", "has_credentials", "members", "method", "path", "request_id", "started")

    def __init__(self, method: str, path: str, request_id: str, *, has_credentials: bool) -> None:
        """Begin."""
        self.method = method
        self.path = path
        """The path as it came, without the query."""
        self.request_id = request_id
        self.has_credentials = has_credentials
        """Whether it has an `Authorization` or a `Cookie` field."""
        self.started = time.monotonic()
        self.caller: Caller | None = None
        """Whom it is from, where a guard has checked it."""
        self.fields: list[tuple[str, str]] = []
        """Fields that its answer will have, whatever the answer is."""
        self.members: dict[str, Any] = {}
        """Further members of its line in the log."""


current: ContextVar[Exchange | None] = ContextVar("credenza_exchange", default=None)
"""The request that this task or thread serves."""


def request_id() -> str | None:
    """Tell the id of the current request, to pass it on to other services."""
    exchange = current.get()
    return None if exchange is None else exchange.request_id


def add_field(name: str, value: str) -> None:
    """Add a field to the answer of the current request; does nothing outside of one."""
    exchange = current.get()
    if exchange is not None:
        exchange.fields.append((name, value))
