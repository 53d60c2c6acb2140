"""
A client for one other service.

    orders = Service("https://orders.example", tokens=Tokens(issuer, client_id, client_secret), scope="orders:read")
    orders.get("/orders").json()                                  # in the name of this service
    orders.get("/orders", behalf=request.headers["Authorization"])    # in the name of whoever called
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

import httpx2

from credenza_connectors.kit import exchange
from credenza_connectors.service.errors import RateLimited, error_of
from credenza_connectors.service.token import away

if TYPE_CHECKING:
    from credenza_connectors.service.token import AsyncTokens, Tokens

_TIMEOUT = 10.0
_SHORT = 1.0
"""A `Retry-After` up to this many seconds is waited for, once."""
_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)


class _Service:
    def __init__(self, url: str, scope: str, resource: str | None) -> None:
        self._url = url.rstrip("/")
        self._scope = scope
        self._resource = resource or url

    def _request(self, method: str, path: str, token: str, options: dict[str, Any]) -> httpx2.Request:
        if not path.startswith("/"):
            raise ValueError("the path has to begin with a slash")
        headers = {**(options.get("headers") or {}), "Authorization": f"Bearer {token}"}
        request_id = exchange.request_id()
        if request_id is not None:
            headers.setdefault("X-Request-Id", request_id)
        return httpx2.Request(method, self._url + path, **{**options, "headers": headers})


def _own(behalf: str) -> str:
    """Take the token of whoever called; one that is bound to a key cannot be forwarded (RFC 9449)."""
    found = _BEARER.fullmatch(behalf.strip())
    if found is None:
        raise ValueError("there is no bearer token to be forwarded")
    return found[1]


def _is_to_wait(error: RateLimited) -> bool:
    return error.retry_after is not None and error.retry_after <= _SHORT


def _checked(answer: httpx2.Response) -> httpx2.Response:
    if answer.status_code >= 300 and answer.status_code != 304:
        raise error_of(answer)
    return answer


class Service(_Service):
    """A client for one other service, for blocking code."""

    def __init__(
        self,
        url: str,
        *,
        tokens: Tokens | None = None,
        scope: str = "",
        resource: str | None = None,
        client: httpx2.Client | None = None,
    ) -> None:
        """
        Take the service's URL, and where tokens come from.

        The resource of tokens is the URL unless another is given (RFC 8707). Redirects are not followed.
        """
        super().__init__(url, scope, resource)
        self._tokens = tokens
        self._client = client or httpx2.Client(timeout=_TIMEOUT)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """Ask for something; `request` says more."""
        return self.request("GET", path, **options)

    def request(
        self, method: str, path: str, *, behalf: str | None = None, scope: str | None = None, **options: Any
    ) -> httpx2.Response:
        """
        Send a request: with the `Authorization` value of whoever called, or with a token of this service.

        A token of this service that is not accepted is thrown away, and asked for anew once. The options are those of
        httpx2: `json`, `params`, `headers`. Raises `ServiceError` for every answer that is an error, or for none.
        """
        if behalf is not None:
            return self._patient(method, path, _own(behalf), options)
        if self._tokens is None:
            raise ValueError("there are no tokens to call with: give the service its tokens, or say on whose behalf")
        wanted = self._scope if scope is None else scope
        token = self._tokens.get(wanted, self._resource)
        answer = self._send(method, path, token, options)
        if answer.status_code == 401:
            self._tokens.drop(token)
            token = self._tokens.get(wanted, self._resource)
            return self._patient(method, path, token, options)
        return self._patient(method, path, token, options, answer)

    def _patient(
        self, method: str, path: str, token: str, options: dict[str, Any], answer: httpx2.Response | None = None
    ) -> httpx2.Response:
        try:
            return _checked(answer or self._send(method, path, token, options))
        except RateLimited as error:
            if not _is_to_wait(error):
                raise
            time.sleep(error.retry_after or 0)
        return _checked(self._send(method, path, token, options))

    def _send(self, method: str, path: str, token: str, options: dict[str, Any]) -> httpx2.Response:
        request = self._request(method, path, token, options)
        try:
            return self._client.send(request)
        except httpx2.HTTPError as error:
            raise away(error, self._url) from error


class AsyncService(_Service):
    """A client for one other service, for coroutines of asyncio."""

    def __init__(
        self,
        url: str,
        *,
        tokens: AsyncTokens | None = None,
        scope: str = "",
        resource: str | None = None,
        client: httpx2.AsyncClient | None = None,
    ) -> None:
        """Take the service's URL, and where tokens come from; `Service` says more."""
        super().__init__(url, scope, resource)
        self._tokens = tokens
        self._client = client or httpx2.AsyncClient(timeout=_TIMEOUT)

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        """Ask for something; `Service.request` says more."""
        return await self.request("GET", path, **options)

    async def request(
        self, method: str, path: str, *, behalf: str | None = None, scope: str | None = None, **options: Any
    ) -> httpx2.Response:
        """Send a request; `Service.request` says more."""
        if behalf is not None:
            return await self._patient(method, path, _own(behalf), options)
        if self._tokens is None:
            raise ValueError("there are no tokens to call with: give the service its tokens, or say on whose behalf")
        wanted = self._scope if scope is None else scope
        token = await self._tokens.get(wanted, self._resource)
        answer = await self._send(method, path, token, options)
        if answer.status_code == 401:
            self._tokens.drop(token)
            token = await self._tokens.get(wanted, self._resource)
            return await self._patient(method, path, token, options)
        return await self._patient(method, path, token, options, answer)

    async def _patient(
        self, method: str, path: str, token: str, options: dict[str, Any], answer: httpx2.Response | None = None
    ) -> httpx2.Response:
        try:
            return _checked(answer or await self._send(method, path, token, options))
        except RateLimited as error:
            if not _is_to_wait(error):
                raise
            await asyncio.sleep(error.retry_after or 0)
        return _checked(await self._send(method, path, token, options))

    async def _send(self, method: str, path: str, token: str, options: dict[str, Any]) -> httpx2.Response:
        request = self._request(method, path, token, options)
        try:
            return await self._client.send(request)
        except httpx2.HTTPError as error:
            raise away(error, self._url) from error
