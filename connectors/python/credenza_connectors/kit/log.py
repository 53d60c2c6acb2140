"""The log: one JSON object for each line, one line for each request. Never a query, a token, a cookie or a body."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from credenza_connectors.kit.exchange import current

if TYPE_CHECKING:
    from credenza_connectors.kit.exchange import Exchange

LOGGER = logging.getLogger("credenza.kit")
"""Requests at INFO, and exceptions of handlers at ERROR."""


def tell(logger: logging.Logger, exchange: Exchange, status: int) -> None:
    """Log a request that was answered."""
    if not logger.isEnabledFor(logging.INFO):
        return
    caller = exchange.caller
    members: dict[str, Any] = {
        "request_id": exchange.request_id,
        "method": exchange.method,
        "path": exchange.path,
        "status": status,
        "duration_ms": round((time.monotonic() - exchange.started) * 1000, 1),
        "tenant": None if caller is None else caller.tenant,
        "sub": None if caller is None else caller.sub,
        "client_id": None if caller is None else caller.client_id,
        **exchange.members,
    }
    known = {name: value for name, value in members.items() if value is not None}
    logger.info("%s %r %d", exchange.method, exchange.path, status, extra={"credenza": known})


def tell_exception(logger: logging.Logger, exchange: Exchange, error: BaseException) -> None:
    """Log an exception of a handler, with its stack."""
    members = {"request_id": exchange.request_id, "method": exchange.method, "path": exchange.path}
    logger.error("a handler failed: %s", type(error).__name__, exc_info=error, extra={"credenza": members})


class JsonFormatter(logging.Formatter):
    """Writes any record as one JSON object, with the id of the request in which it was made."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        at = datetime.fromtimestamp(record.created, timezone.utc)
        members: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        exchange = current.get()
        if exchange is not None:
            members["request_id"] = exchange.request_id
        members.update(getattr(record, "credenza", None) or {})
        if record.exc_info:
            members["stack"] = self.formatException(record.exc_info)
        return json.dumps(members, default=str)


def to_stdout(level: int = logging.INFO) -> None:
    """Send the log of the whole process to stdout in this form, in place of whatever handlers there are."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for client in ("httpx", "httpx2"):
        # They write whole URLs, with the query.
        logging.getLogger(client).setLevel(logging.WARNING)
