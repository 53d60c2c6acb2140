"""The metadata of the provider (OpenID Connect Discovery 1.0), fetched when first needed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from credenza_connectors.login.errors import Unavailable
from credenza_connectors.login.host import Question

if TYPE_CHECKING:
    from credenza_connectors.login.config import Config
    from credenza_connectors.login.host import Host

_FRESH = 600
"""How long metadata are used before they are fetched again, in seconds. Old ones serve on while that fails."""
_PATIENCE = 2.0
"""How long a person who signs out waits for a provider that may be down, in seconds."""


@dataclass(frozen=True)
class Metadata:
    """What is read of them."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    revocation_endpoint: str | None
    userinfo_endpoint: str | None
    pushed_authorization_request_endpoint: str | None
    requires_pushed: bool
    requires_iss: bool
    """Whether each authorization response has an `iss` (RFC 9207)."""
    takes_basic: bool
    """Whether the client's secret is taken in the field `Authorization`, as it is unless the metadata say otherwise."""


class Discovery:
    """The metadata: one fetch at a time, kept, and fetched again after a failure."""

    def __init__(self, config: Config, host: Host) -> None:
        """Fetch nothing yet."""
        self._config = config
        self._host = host
        self._found: Metadata | None = None
        self._fetched_at = 0.0

    async def get(self) -> Metadata:
        """Give the metadata. Raises `Unavailable`."""
        if self._found is not None and self._is_fresh():
            return self._found
        async with self._host.only_one("metadata"):
            if self._found is not None and self._is_fresh():
                return self._found
            try:
                return await self._fetch()
            except Unavailable:
                if self._found is None:
                    raise
                return self._found

    async def fetched_now(self) -> Metadata | None:
        """Fetch the metadata, to see whether the provider is there; `None` when it is not."""
        try:
            return await self._fetch(_PATIENCE)
        except Unavailable as error:
            self._config.logger.warning("the provider does not answer: %s", error)
            return None

    def _is_fresh(self) -> bool:
        return self._config.clock() < self._fetched_at + _FRESH

    async def _fetch(self, timeout: float | None = None) -> Metadata:
        url = f"{self._config.issuer.rstrip('/')}/.well-known/openid-configuration"
        reply = await self._host.send(Question(url, timeout=timeout))
        if reply.status != 200:
            raise Unavailable(f"{url} answers with status {reply.status}")
        try:
            document = json.loads(reply.body)
        except ValueError as error:
            raise Unavailable(f"{url} is not JSON") from error
        self._found = _read(document, url, self._config.issuer)
        self._fetched_at = self._config.clock()
        self._host.trust(self._found.jwks_uri)
        return self._found


def _read(document: Any, url: str, issuer: str) -> Metadata:
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        # Discovery section 4.3: endpoints of another issuer would get this client's codes and secrets.
        raise Unavailable(f"{url} is not of the issuer {issuer}")
    methods = document.get("token_endpoint_auth_methods_supported")

    def endpoint(name: str) -> str | None:
        value = document.get(name)
        if value is None:
            return None
        parts = urlsplit(value) if isinstance(value, str) else None
        allowed = ("https",) if issuer.startswith("https://") else ("https", "http")
        if parts is None or parts.scheme not in allowed or not parts.netloc or parts.fragment:
            raise Unavailable(f"{url}: {name} is not a URL that may be used")
        return str(value)

    def needed(name: str) -> str:
        value = endpoint(name)
        if value is None:
            raise Unavailable(f"{url} lacks {name}")
        return value

    return Metadata(
        needed("authorization_endpoint"),
        needed("token_endpoint"),
        needed("jwks_uri"),
        endpoint("end_session_endpoint"),
        endpoint("revocation_endpoint"),
        endpoint("userinfo_endpoint"),
        endpoint("pushed_authorization_request_endpoint"),
        document.get("require_pushed_authorization_requests") is True,
        document.get("authorization_response_iss_parameter_supported") is True,
        not isinstance(methods, list) or "client_secret_basic" in methods or "client_secret_post" not in methods,
    )
