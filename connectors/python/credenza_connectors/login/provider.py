"""What the client asks the provider for: tokens, userinfo, pushed requests and revocation."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import jwt

from credenza_connectors.login.errors import LoginError, Unavailable
from credenza_connectors.login.host import Question
from credenza_connectors.login.metadata import Discovery

if TYPE_CHECKING:
    from credenza_connectors.login.config import Config
    from credenza_connectors.login.host import Host, Reply
    from credenza_connectors.login.metadata import Metadata

Form = Mapping[str, str | list[str]]

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFETIME = 60
_TOO_MANY = 429


class RequestRefused(LoginError):
    """A refusal of the provider (RFC 6749 section 5.2)."""

    def __init__(self, endpoint: str, status: int, error: str) -> None:
        """Take what it said. The description of an error may be anything, and is left out."""
        super().__init__(f"{endpoint} answers with status {status}, error {error!r}")
        self.error = error


@dataclass(frozen=True)
class TokenResponse:
    """An answer of the token endpoint (OpenID Connect Core 3.1.3.3)."""

    access_token: str
    expires_in: float | None
    refresh_token: str | None
    id_token: str | None


class Provider:
    """The provider, as this client calls it."""

    def __init__(self, config: Config, host: Host) -> None:
        """Ask nothing yet."""
        self._config = config
        self._host = host
        self.discovery = Discovery(config, host)

    async def redeem(self, metadata: Metadata, code: str, verifier: str) -> TokenResponse:
        """Redeem a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5). Raises `RequestRefused`, `Unavailable`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._config.redirect_uri,
            "code_verifier": verifier,
        }
        return _tokens(await self._post(metadata, metadata.token_endpoint, form), metadata.token_endpoint)

    async def refresh(self, metadata: Metadata, refresh_token: str) -> TokenResponse:
        """Get new tokens (RFC 6749 section 6). Raises `RequestRefused`, `Unavailable`."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return _tokens(await self._post(metadata, metadata.token_endpoint, form), metadata.token_endpoint)

    async def push(self, metadata: Metadata, parameters: Form) -> str:
        """Push an authorization request (RFC 9126), and get its `request_uri`."""
        endpoint = metadata.pushed_authorization_request_endpoint
        if endpoint is None:
            raise Unavailable("the provider requires pushed requests and names no endpoint for them")
        answer = await self._post(metadata, endpoint, parameters)
        request_uri = answer.get("request_uri")
        if not isinstance(request_uri, str):
            raise Unavailable(f"{endpoint} answers without request_uri")
        return request_uri

    async def revoke(self, metadata: Metadata, refresh_token: str) -> None:
        """Revoke a refresh token (RFC 7009), if the provider can. What fails is told in the log alone."""
        if metadata.revocation_endpoint is None:
            return
        form = {"token": refresh_token, "token_type_hint": "refresh_token"}
        try:
            await self._post(metadata, metadata.revocation_endpoint, form, has_answer=False)
        except LoginError as error:
            self._config.logger.warning("the refresh token could not be revoked: %s", error)

    async def userinfo(self, metadata: Metadata, access_token: str) -> dict[str, Any]:
        """Ask for the claims of the person (OpenID Connect Core 5.3); none when that fails."""
        if metadata.userinfo_endpoint is None:
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        try:
            reply = await self._host.send(Question(metadata.userinfo_endpoint, headers=headers))
            return _json(reply, metadata.userinfo_endpoint) if reply.status == 200 else {}
        except LoginError as error:
            self._config.logger.warning("no userinfo: %s", error)
            return {}

    async def _post(self, metadata: Metadata, endpoint: str, form: Form, *, has_answer: bool = True) -> dict[str, Any]:
        sent, headers = self._authenticated(metadata, form)
        reply = await self._host.send(Question(endpoint, sent, headers))
        if reply.status >= 500 or reply.status == _TOO_MANY:
            raise Unavailable(f"{endpoint} answers with status {reply.status}")
        if reply.status >= 300:
            raise RequestRefused(endpoint, reply.status, _error(reply))
        return _json(reply, endpoint) if has_answer else {}

    def _authenticated(self, metadata: Metadata, form: Form) -> tuple[Form, dict[str, str]]:
        """Authenticate the client (RFC 6749 section 2.3.1, OpenID Connect Core section 9)."""
        config = self._config
        if config.private_key is not None:
            assertion = {"client_assertion_type": _ASSERTION, "client_assertion": self._assertion(config.private_key)}
            return {**form, "client_id": config.client_id, **assertion}, {}
        secret = config.client_secret or ""
        if not metadata.takes_basic:
            return {**form, "client_id": config.client_id, "client_secret": secret}, {}
        pair = f"{quote_plus(config.client_id)}:{quote_plus(secret)}".encode()
        return form, {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def _assertion(self, private_key: str) -> str:
        config, now = self._config, int(self._config.clock())
        claims = {
            "iss": config.client_id,
            "sub": config.client_id,
            "aud": config.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + _ASSERTION_LIFETIME,
        }
        headers = {"kid": config.private_key_id} if config.private_key_id else None
        return jwt.encode(claims, private_key, config.private_key_alg, headers)


def _json(reply: Reply, endpoint: str) -> dict[str, Any]:
    try:
        document = json.loads(reply.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Unavailable(f"{endpoint} answers with something else than a JSON object")
    return document


def _error(reply: Reply) -> str:
    try:
        document = json.loads(reply.body)
    except ValueError:
        return ""
    error = document.get("error") if isinstance(document, dict) else None
    return error[:64] if isinstance(error, str) else ""


def _tokens(document: dict[str, Any], endpoint: str) -> TokenResponse:
    access_token, refresh_token = document.get("access_token"), document.get("refresh_token")
    id_token, expires_in = document.get("id_token"), document.get("expires_in")
    if not isinstance(access_token, str) or not access_token:
        raise RequestRefused(endpoint, 200, "no access_token")
    if str(document.get("token_type", "")).lower() != "bearer":
        raise RequestRefused(endpoint, 200, "the token_type is not Bearer")
    if isinstance(expires_in, str) and expires_in.isdigit():
        expires_in = int(expires_in)
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float):
        expires_in = None
    return TokenResponse(
        access_token,
        expires_in,
        refresh_token if isinstance(refresh_token, str) and refresh_token else None,
        id_token if isinstance(id_token, str) and id_token else None,
    )
