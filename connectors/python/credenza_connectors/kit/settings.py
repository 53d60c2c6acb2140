"""What the kit is told, in every framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credenza import SettingsError
from typing_extensions import TypedDict

from credenza_connectors.kit import headers
from credenza_connectors.kit.exchange import Exchange
from credenza_connectors.kit.log import LOGGER
from credenza_connectors.kit.problem import Answer, documented, needs_document
from credenza_connectors.kit.request_id import FIELD, request_id

if TYPE_CHECKING:
    import logging
    from collections.abc import Sequence

    from credenza_connectors.kit.problem import Field


class KitSettings(TypedDict, total=False):
    """The settings. Everything has a default."""

    origin: str
    """Scheme and host as clients see them; with https, answers have `Strict-Transport-Security`."""
    body_limit: int
    """How many bytes a body may have (1,048,576); routes may have limits of their own."""
    timeout: float | None
    """After how many seconds a handler that has not begun to answer is given up (30); `None` for never."""
    logger: logging.Logger
    """Where requests and exceptions are told: `credenza.kit` by default."""


class Rules:
    """The settings, read, and what follows from them for an answer."""

    def __init__(self, settings: KitSettings) -> None:
        """Read the settings. Raises `SettingsError`, which names the one that is wrong."""
        unknown = set(settings) - set(KitSettings.__annotations__)
        if unknown:
            raise SettingsError(min(unknown), "is no setting of the kit")
        self.origin = settings.get("origin", "")
        if self.origin and not self.origin.startswith(("http://", "https://")):
            raise SettingsError("origin", "has to be a URL such as https://api.example")
        self.body_limit = settings.get("body_limit", 1024 * 1024)
        if not isinstance(self.body_limit, int) or self.body_limit < 0:
            raise SettingsError("body_limit", "has to be a number of bytes")
        self.timeout = settings.get("timeout", 30.0)
        if self.timeout is not None and not self.timeout > 0:
            raise SettingsError("timeout", "has to be a number of seconds, or None")
        self.logger = settings.get("logger", LOGGER)
        self._is_https = self.origin.startswith("https://")

    def begin(self, method: str, path: str, ids: Sequence[str], *, has_credentials: bool) -> Exchange:
        """Begin to serve a request, which has these `X-Request-Id` fields."""
        return Exchange(method, path, request_id(ids), has_credentials=has_credentials)

    def finished(self, exchange: Exchange, status: int, fields: Sequence[Field]) -> Answer | None:
        """Find the document that an error lacks; `None` where an answer stays what it is."""
        content_type = next((value for name, value in fields if name.lower() == "content-type"), None)
        if needs_document(status, content_type):
            return documented(status, fields, exchange.request_id)
        return None

    def more(self, exchange: Exchange, fields: Sequence[Field]) -> list[Field]:
        """Find the fields that an answer lacks."""
        own = [(FIELD, exchange.request_id), *exchange.fields]
        return [*own, *headers.missing(exchange, [*fields, *own], is_https=self._is_https)]
