"""The log of refusals: one record for each, at INFO, with the rule and what was found. Never a token, nor a query."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from credenza import Denied

    from credenza_connectors.request import Incoming

LOGGER = logging.getLogger("credenza.guard")


def tell(logger: logging.Logger | None, incoming: Incoming, denied: Denied) -> None:
    """
    Tell of a refusal, in the line and in the record's attribute `credenza`, for handlers that write JSON.

    What comes from the request is written as Python writes text, so that it cannot begin a line of its own.
    """
    logger = logger or LOGGER
    if not logger.isEnabledFor(logging.INFO):
        return
    detail = denied.detail
    members: dict[str, Any] = {
        "rule": denied.rule,
        "status": denied.status,
        "method": incoming.method,
        "path": incoming.target,
        "reason": detail.reason,
        "kid": detail.kid,
        "iss": detail.iss,
        "aud": list(detail.found) if detail.member == "aud" else None,
        "exp": detail.exp,
    }
    known = {name: value for name, value in members.items() if value is not None}
    line = ", ".join(f"{name} {value!r}" for name, value in known.items())
    logger.info("refused: %s", line, extra={"credenza": known})
