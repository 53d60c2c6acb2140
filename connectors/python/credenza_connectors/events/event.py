"""An event, wherever it was read."""

from __future__ import annotations

from typing import Any, NamedTuple


class Event(NamedTuple):
    """An event, as the provider wrote it."""

    id: str
    """The same in each delivery and at each sink: remember those that were handled."""
    type: str
    tenant: str
    """The id of the tenant."""
    envelope: dict[str, Any]
    """The event itself: CloudEvents, or the plain form."""
