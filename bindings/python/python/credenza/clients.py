"""
Other HTTP clients for the `fetch` of a validator.

    async with httpx.AsyncClient() as client:
        validator = AsyncValidator(issuer, audience, fetch=httpx_async_fetch(client))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credenza._asyncio import thread_fetch
from credenza._causes import FetchError
from credenza._http import Body, response, urllib_fetch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp
    import httpx

    from credenza._credenza import Fetch, Response

__all__ = ["FetchError", "aiohttp_fetch", "httpx_async_fetch", "httpx_fetch", "thread_fetch", "urllib_fetch"]


def httpx_fetch(client: httpx.Client) -> Callable[[Fetch], Response]:
    """Fetch by a client of httpx, for `Validator`."""

    def fetch(request: Fetch) -> Response:
        with client.stream(
            request.method,
            request.url,
            headers=_headers(request),
            content=request.body,
            timeout=request.timeout,
            follow_redirects=False,
        ) as answer:
            body = Body(request, answer.headers)
            for chunk in answer.iter_raw():
                body.add(chunk)
            return response(answer.status_code, answer.headers, body.content())

    return fetch


def httpx_async_fetch(client: httpx.AsyncClient) -> Callable[[Fetch], Awaitable[Response]]:
    """Fetch by a client of httpx, for `AsyncValidator`."""

    async def fetch(request: Fetch) -> Response:
        async with client.stream(
            request.method,
            request.url,
            headers=_headers(request),
            content=request.body,
            timeout=request.timeout,
            follow_redirects=False,
        ) as answer:
            body = Body(request, answer.headers)
            async for chunk in answer.aiter_raw():
                body.add(chunk)
            return response(answer.status_code, answer.headers, body.content())

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
                    raise FetchError(f"more than {request.max_bytes} bytes", "too_large")
            return response(answer.status, answer.headers, bytes(body))

    return fetch


def _headers(request: Fetch) -> list[tuple[str, str]]:
    # What is decoded here, so that the limit holds for what comes out.
    return [*request.headers, ("Accept-Encoding", "gzip")]
