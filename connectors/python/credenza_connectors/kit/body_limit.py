"""How long a body may be. The limit of a route takes the place of the kit's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from credenza_connectors.kit.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

_MARK = "credenza_body_limit"


def body_limit(limit: int) -> Callable[[ViewT], ViewT]:
    """Decorate a handler: its bodies may have this many bytes, more or less than the kit's limit."""

    def mark(view: ViewT) -> ViewT:
        setattr(view, _MARK, limit)
        return view

    return mark


def limit_of(view: Any, usual: int) -> int:
    """Find the limit of a handler."""
    found: int = getattr(view, _MARK, usual)
    return found


def too_large(limit: int) -> Problem:
    """Refuse a body (RFC 9110 section 15.5.14)."""
    return Problem(413, "body_too_large", title="The body is too large", limit=limit)


def is_too_long(content_length: str | None, limit: int) -> bool:
    """Whether the length that a request announces is over the limit."""
    return (
        content_length is not None
        and content_length.isascii()
        and content_length.isdigit()
        and int(content_length) > limit
    )


class Limited:
    """The body of a WSGI request, which raises the problem as soon as it is over the limit."""

    def __init__(self, stream: Any, limit: int) -> None:
        """Stand in front of the server's stream."""
        self._stream = stream
        self._limit = limit
        self._count = 0

    def _counted(self, data: bytes) -> bytes:
        self._count += len(data)
        if self._count > self._limit:
            raise too_large(self._limit)
        return data

    def _most(self, size: int | None) -> int:
        """Ask for one byte more than may come, and not for all that a client sends."""
        most = self._limit - self._count + 1
        return most if size is None or size < 0 else min(size, most)

    def read(self, size: int | None = -1) -> bytes:
        """Read some, or all."""
        if size is not None and size >= 0:
            return self._counted(self._stream.read(self._most(size)))
        parts = []
        while part := self._counted(self._stream.read(min(self._most(None), 65536))):
            parts.append(part)
        return b"".join(parts)

    def readline(self, size: int | None = -1) -> bytes:
        """Read a line."""
        return self._counted(self._stream.readline(self._most(size)))

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Read all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        """Read line by line."""
        while line := self.readline():
            yield line


def json_of(body: bytes, content_type: str | None) -> Any:
    """Read a body that has to be JSON. Raises the problems `unsupported_media_type` (415) and `invalid_json` (400)."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise Problem(415, "unsupported_media_type", title="The body has to be JSON")
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Problem(400, "invalid_json", title="The body is not JSON") from None


def _no_number(text: str) -> Any:
    """Refuse `NaN` and `Infinity`, which are no JSON (RFC 8259 section 6)."""
    raise ValueError(text)
