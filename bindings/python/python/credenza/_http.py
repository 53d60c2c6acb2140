"""HTTP for the core: by the standard library, no redirects, bounded in size and time."""

from __future__ import annotations

import logging
import threading
import time
import urllib.request
from concurrent.futures import Future
from functools import cache
from typing import TYPE_CHECKING

from credenza._credenza import Response

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

    from credenza._credenza import Fetch

LOGGER = logging.getLogger("credenza")
_CHUNK = 64 * 1024


class FetchError(Exception):
    """An answer that is too large, or too slow."""


def guarded(fetch: Callable[[Fetch], Response]) -> Callable[[Fetch], Response | None]:
    """Turn failures of a client into answers for the core, and log them."""

    def call(request: Fetch) -> Response | None:
        try:
            return fetch(request)
        except Exception as error:
            failed(request, error)
            return None

    return call


def failed(request: Fetch, error: Exception) -> None:
    """Log a failure."""
    LOGGER.warning("%s %s failed: %s: %s", request.method, request.url, type(error).__name__, error)


def urllib_fetch(request: Fetch) -> Response:
    """Fetch by urllib. The limit of time holds for all of it, name resolution included."""
    return in_thread(request).result(request.timeout)


def in_thread(request: Fetch) -> Future[Response]:
    """Fetch in a separate thread, which can be abandoned."""
    future: Future[Response] = Future()

    def make() -> None:
        try:
            future.set_result(_read(request))
        except BaseException as error:  # it is the waiting thread's
            future.set_exception(error)

    threading.Thread(target=make, name="credenza-http", daemon=True).start()
    return future


def _read(request: Fetch) -> Response:
    ends_at = time.monotonic() + request.timeout
    message = urllib.request.Request(request.url, request.body, dict(request.headers), method=request.method)  # noqa: S310
    with _opener().open(message, timeout=request.timeout) as answer:
        return Response(
            answer.status,
            _body(answer, request.max_bytes, ends_at),
            content_type=answer.headers.get("Content-Type"),
            cache_control=answer.headers.get("Cache-Control"),
        )


def _body(answer: HTTPResponse, max_bytes: int, ends_at: float) -> bytes:
    chunks: list[bytes] = []
    left = max_bytes
    while chunk := answer.read1(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise FetchError(f"more than {max_bytes} bytes")
        if time.monotonic() > ends_at:
            raise FetchError("too slow")
        chunks.append(chunk)
    return b"".join(chunks)


@cache
def _opener() -> urllib.request.OpenerDirector:
    # No file: or ftp:, no redirects, and no exception for any status.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
    ):
        opener.add_handler(handler)
    return opener
