"""The id of a request, which goes from service to service and into every log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELD = "X-Request-Id"

_GOOD = re.compile(r"[A-Za-z0-9._-]{1,128}")


def request_id(given: Sequence[str]) -> str:
    """Take the id that a request came with, if it is one and nothing else, or make one."""
    if len(given) == 1 and _GOOD.fullmatch(given[0]):
        return given[0]
    return str(uuid4())
