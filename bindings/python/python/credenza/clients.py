"""
Other HTTP clients for the `fetch` of a validator.

    async with httpx.AsyncClient() as client:
        validator = AsyncValidator(issuer, audience, fetch=httpx_async_fetch(client))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credenza._asyncio import thread_fetch
from credenza._credenza import Response
from credenza._http import FetchError, urllib_fetch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp
    import httpx

    from credenza._credenza import Fetch

__all__ = ["FetchError", "aiohttp_fetch", "httpx_async_fetch", "httpx_fetch", "thread_fetch", "urllib_fetch"]


class _Body:
    """Chunks up to a limit."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._chunks = bytearray()

    def add(self, chunk: bytes) -> None:
        self._chunks += chunk
        if len(self._chunks) > self._max_bytes:
            raise FetchError(f"more than {self._max_bytes} bytes")

    def response(self, answer: httpx.Response) -> Response:
        return Response(
            answer.status_code,
            bytes(self._chunks),
            content_type=answer.headers.get("Content-Type"),
            cache_control=answer.headers.get("Cache-Control"),
        )


def httpx_fetch(client: httpx.Client) -> Callable[[Fetch], Response]:
    """Fetch by a client of httpx, for `Validator`."""

    def fetch(request: Fetch) -> Response:
        body = _Body(request.max_bytes)
        with client.stream(
            request.method,
            request.url,
            headers=request.headers,
            content=request.body,
            timeout=request.timeout,
            follow_redirects=False,
        ) as answer:
            for chunk in answer.iter_bytes():
                body.add(chunk)
            return body.response(answer)

    return fetch


def httpx_async_fetch(client: httpx.AsyncClient) -> Callable[[Fetch], Awaitable[Response]]:
    """Fetch by a client of httpx, for `AsyncValidator`."""

    async def fetch(request: Fetch) -> Response:
        body = _Body(request.max_bytes)
        async with client.stream(
            request.method,
            request.url,
            headers=request.headers,
            content=request.body,
            timeout=request.timeout,
            follow_redirects=False,
        ) as answer:
            async for chunk in answer.aiter_bytes():
                body.add(chunk)
            return body.response(answer)

    return fetch


def aiohttp_fetch(session: aiohttp.ClientSession) -> Callable[[Fetch], Awaitable[Response]]:
    """Fetch by a session of aiohttp, for `AsyncValidator`."""
    from aiohttp import ClientTimeout

    async def fetch(request: Fetch) -> Response:
        body = bytearray()
        async with session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.body,
            timeout=ClientTimeout(total=request.timeout),
            allow_redirects=False,
        ) as answer:
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > request.max_bytes:
                    raise FetchError(f"more than {request.max_bytes} bytes")
            return Response(
                answer.status,
                bytes(body),
                content_type=answer.headers.get("Content-Type"),
                cache_control=answer.headers.get("Cache-Control"),
            )

    return fetch
