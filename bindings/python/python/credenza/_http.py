"""HTTP for the core: by the standard library, no redirects, bounded in size and time."""

from __future__ import annotations

import threading
import time
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from credenza._causes import FetchError, cause_of
from credenza._credenza import Response
from credenza._errors import SettingsError

if TYPE_CHECKING:
    import os
    import urllib.request
    from collections.abc import Callable, Mapping
    from email.message import Message
    from http.client import HTTPResponse

    from credenza._credenza import Fetch, _Answer

_T = TypeVar("_T")
_CHUNK = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class Body:
    """Chunks of an answer's body, decoded, within the time, and up to a limit that holds for what comes out."""

    def __init__(self, request: Fetch, headers: Mapping[str, str] | Message) -> None:
        """Read how it is encoded (RFC 9110 section 8.4)."""
        self._max_bytes = request.max_bytes
        self._ends_at = time.monotonic() + request.timeout
        self._chunks = bytearray()
        coding = headers.get("Content-Encoding", "").strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip"}:
            raise FetchError(f"the content coding {coding!r} was not asked for")
        self._gzip = zlib.decompressobj(_GZIP) if coding.endswith("gzip") else None

    def add(self, chunk: bytes) -> None:
        """Take a chunk."""
        if time.monotonic() > self._ends_at:
            raise TimeoutError("too slow")
        left = self._max_bytes - len(self._chunks)
        if self._gzip is not None:
            try:
                chunk = self._gzip.decompress(chunk, left + 1)
            except zlib.error as error:
                raise FetchError(f"not gzip: {error}") from error
        if len(chunk) > left:
            raise FetchError(f"more than {self._max_bytes} bytes", "too_large")
        self._chunks += chunk

    def content(self) -> bytes:
        """Give all of it."""
        if self._gzip is not None and self._chunks and not self._gzip.eof:
            raise FetchError("gzip that breaks off")
        return bytes(self._chunks)


def response(status: int, headers: Mapping[str, str] | Message, body: bytes) -> Response:
    """Make the answer for the core."""
    return Response(
        status,
        body,
        content_type=headers.get("Content-Type"),
        cache_control=headers.get("Cache-Control"),
    )


def guarded(fetch: Callable[[Fetch], Response]) -> Callable[[Fetch], _Answer]:
    """Turn failures of a client into answers for the core."""

    def call(request: Fetch) -> _Answer:
        try:
            return fetch(request)
        except Exception as error:
            return failure(error)

    return call


def failure(error: Exception) -> _Answer:
    """Tell the core why there is no answer."""
    return cause_of(error), f"{type(error).__name__}: {error}"


class UrllibFetch:
    """
    Fetches by urllib, through the proxies of the environment.

    The limit of time holds for all of it, name resolution included: the work is done in a thread that can be abandoned.
    """

    def __init__(self, ca_file: str | os.PathLike[str] | None = None) -> None:
        """Trust the authorities of a PEM file, or those of the system."""
        self._context = None if ca_file is None else _context(ca_file)
        self._opener = cache(self._made)

    def __call__(self, request: Fetch) -> Response:
        """Fetch."""
        return in_thread(self.read, request)

    def read(self, request: Fetch) -> Response:
        """Fetch in this thread: here, the limit of time holds for each of its steps."""
        import urllib.request

        headers = {**dict(request.headers), "Accept-Encoding": "gzip"}
        message = urllib.request.Request(request.url, request.body, headers, method=request.method)  # noqa: S310
        with self._opener().open(message, timeout=request.timeout) as answer:
            return response(answer.status, answer.headers, _read(answer, request))

    def _made(self) -> urllib.request.OpenerDirector:
        import urllib.request

        # No file: or ftp:, no redirects, and no exception for any status.
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.UnknownHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=self._context),
        ):
            opener.add_handler(handler)
        return opener


def _read(answer: HTTPResponse, request: Fetch) -> bytes:
    body = Body(request, answer.headers)
    while chunk := answer.read1(_CHUNK):
        body.add(chunk)
    return body.content()


def _context(ca_file: str | os.PathLike[str]) -> Any:
    import ssl

    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, TypeError) as error:
        raise SettingsError("ca_file", f"no certificates could be read from it: {error}") from error


urllib_fetch = UrllibFetch()


def trusting(ca_file: str | os.PathLike[str], other: object) -> UrllibFetch:
    """Make the client that goes by the authorities of a file. Raises `SettingsError` beside another client."""
    if other is not None:
        raise SettingsError("ca_file", "it is for the client of this package: set it in `fetch`")
    return UrllibFetch(ca_file)


def in_thread(read: Callable[[Fetch], _T], request: Fetch) -> _T:
    """Call in a separate thread, and abandon that when the time is up."""
    ended = threading.Event()
    results: list[_T] = []
    errors: list[BaseException] = []

    def make() -> None:
        try:
            results.append(read(request))
        except BaseException as error:  # it is the waiting thread's
            errors.append(error)
        finally:
            ended.set()

    threading.Thread(target=make, name="credenza-http", daemon=True).start()
    if not ended.wait(request.timeout):
        raise TimeoutError(f"no answer within {request.timeout:g} seconds")
    if errors:
        raise errors[0]
    return results[0]
