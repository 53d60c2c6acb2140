"""Where the access tokens of calls come from."""

from __future__ import annotations

import json
import threading
import time
from typing import Any, Protocol
from urllib.parse import quote_plus, urlencode

import urllib3


class TokenSource(Protocol):
    """Has the access tokens that calls are made with."""

    def token(self) -> str:
        """Answer with a token that is valid now."""

    def refused(self, token: str) -> None:
        """Take note that a token was not accepted (401), so that it is not given out again."""


class StaticToken:
    """A token that the caller has from elsewhere."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        """Answer with the token."""
        return self._token

    def refused(self, token: str) -> None:
        """Change nothing: there is no other token."""


class TokenError(Exception):
    """An answer of the token endpoint that is no token (RFC 6749 5.2)."""

    def __init__(self, status: int, code: str, description: str | None) -> None:
        super().__init__(f"no access token: {code} ({status})" + (f": {description}" if description else ""))
        self.status = status
        """The status of the response."""
        self.code = code
        """The registered error code, such as invalid_client."""


class ServiceAccount:
    """Gets tokens by the credentials of a service account (RFC 6749 4.4).

    A token is kept until shortly before it expires, and whoever needs one while it is being fetched waits for that one.
    It may be shared between threads.

    :param issuer: the issuer of the tenant; the token endpoint is found by discovery
    :param scope: what tokens are asked for; everything that the service account may have, without it
    :param resource: whose API tokens are for; ``ISSUER/admin`` without it
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        scope: str | None = None,
        resource: str | None = None,
        pool: urllib3.PoolManager | None = None,
    ) -> None:
        self._issuer = issuer.rstrip("/")
        # RFC 6749 2.3.1: both are encoded as in a form.
        self._basic = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
        self._form = {"grant_type": "client_credentials", "resource": resource or f"{self._issuer}/admin"}
        if scope:
            self._form["scope"] = scope
        self._pool = pool or urllib3.PoolManager(timeout=30)
        self._lock = threading.Lock()
        self._endpoint: str | None = None
        self._token: str | None = None
        self._renew = 0.0

    def token(self) -> str:
        """Answer with a token that is valid now, from memory if there is one."""
        with self._lock:
            if self._token is None or time.monotonic() >= self._renew:
                self._ask()
            assert self._token is not None  # noqa: S101 - _ask sets it or raises
            return self._token

    def refused(self, token: str) -> None:
        """Forget the token, if it is still the current one."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _ask(self) -> None:
        asked = time.monotonic()
        response = self._pool.request(
            "POST",
            self._discover(),
            body=urlencode(self._form),
            headers={
                **urllib3.make_headers(basic_auth=self._basic),
                "content-type": "application/x-www-form-urlencoded",
            },
        )
        answer = _members(response.data)
        if response.status != 200 or not answer.get("access_token"):
            code = str(answer.get("error", "no token in the answer"))
            raise TokenError(response.status, code, answer.get("error_description"))
        lifetime = float(answer.get("expires_in", 0))
        self._token = str(answer["access_token"])
        # A tenth of its life, and at most half a minute, is left for the calls under way.
        self._renew = asked + lifetime - min(lifetime / 10, 30)

    def _discover(self) -> str:
        # OpenID Connect Discovery 4.
        if self._endpoint is None:
            response = self._pool.request("GET", f"{self._issuer}/.well-known/openid-configuration")
            if response.status != 200:
                raise RuntimeError(f"discovery of {self._issuer}: status {response.status}")
            metadata = _members(response.data)
            if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
                raise RuntimeError(f"discovery of {self._issuer} answers for the issuer {metadata.get('issuer')}")
            if not metadata.get("token_endpoint"):
                raise RuntimeError("discovery names no token endpoint")
            self._endpoint = str(metadata["token_endpoint"])
        return self._endpoint


def _members(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
