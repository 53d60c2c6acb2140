"""The sign-in: authorization code flow with PKCE, `state`, `nonce` and `iss` (OpenID Connect Core 3.1, RFC 9700)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from credenza import Denied, IssuerError

from credenza_connectors.login.errors import SessionTooLarge, SignInFailed, Unavailable
from credenza_connectors.login.exchange import prefixed, redirect
from credenza_connectors.login.id_token import checked
from credenza_connectors.login.provider import RequestRefused
from credenza_connectors.login.record import Record, Tokens
from credenza_connectors.login.return_to import safe
from credenza_connectors.login.sealed import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credenza_connectors.login.config import Config
    from credenza_connectors.login.ended import Ended
    from credenza_connectors.login.exchange import Answer, Exchange
    from credenza_connectors.login.host import Host
    from credenza_connectors.login.metadata import Metadata
    from credenza_connectors.login.provider import Provider, TokenResponse
    from credenza_connectors.login.sealed import Sealer
    from credenza_connectors.login.sessions import Sessions

_LIFETIME = 600
"""How long a sign-in may take, in seconds."""
_MOST = 5
"""How many sign-ins one browser may have under way."""
_PASSED_ON = ("prompt", "login_hint", "ui_locales")
_LONGEST = 512
_PROTOCOL = frozenset({"iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "jti"})

_AGAIN = "This sign-in is not valid any more. Please sign in again."
_FAILED = "The sign-in could not be completed. Please sign in again."
_DOWN = "The sign-in service cannot be reached. Please try again in a moment."


@dataclass(frozen=True)
class Flow:
    """A sign-in under way, in a cookie of the browser that began it."""

    state: str
    nonce: str
    verifier: str
    return_to: str
    began: float


class SignIn:
    """Begins sign-ins, and completes them."""

    def __init__(self, config: Config, host: Host, provider: Provider, sealer: Sealer, ended: Ended) -> None:
        """Take the parts."""
        self._config = config
        self._host = host
        self._provider = provider
        self._sealer = sealer
        self._ended = ended
        self._prefix = prefixed("credenza-flow-", is_secure=config.is_secure)

    async def begin(self, exchange: Exchange) -> Answer:
        """Send the browser to the provider. Raises `SignInFailed`."""
        asked = exchange.parameters() or {}
        return_to = safe(asked.get("return_to"), self._config.origin, self._config.path)
        flow = Flow(_random(), _random(), _random(), return_to, self._config.clock())
        try:
            metadata = await self._provider.discovery.get()
            parameters = self._parameters(flow, asked)
            if metadata.requires_pushed:
                request_uri = await self._provider.push(metadata, parameters)
                parameters = {"client_id": self._config.client_id, "request_uri": request_uri}
        except (Unavailable, RequestRefused) as error:
            raise SignInFailed(503, _DOWN, str(error), return_to=return_to) from error
        self._keep(exchange, flow)
        sign = "&" if "?" in metadata.authorization_endpoint else "?"
        query = urlencode(parameters, doseq=True, quote_via=quote)
        return redirect(f"{metadata.authorization_endpoint}{sign}{query}")

    async def complete(self, exchange: Exchange, sessions: Sessions) -> Answer:
        """Take the provider's answer, begin a session and go where the person wanted. Raises `SignInFailed`."""
        answer = exchange.parameters()
        flow = None if answer is None else self._found(exchange, answer.get("state", ""))
        if answer is None or flow is None:
            raise SignInFailed(400, _AGAIN, "no sign-in of this browser has that state")
        try:
            await self._completed(exchange, sessions, flow, answer)
        except SignInFailed as failure:
            if not failure.keeps_flow:
                exchange.drop_cookie(self._name(flow.state))
            raise
        except Unavailable as error:
            raise SignInFailed(503, _DOWN, str(error), return_to=flow.return_to, keeps_flow=True) from error
        exchange.drop_cookie(self._name(flow.state))
        return redirect(flow.return_to)

    async def _completed(self, exchange: Exchange, sessions: Sessions, flow: Flow, answer: Mapping[str, str]) -> None:
        metadata = await self._provider.discovery.get()
        code = self._code(flow, answer, metadata)
        await self._has_keys()
        used = await self._ended.use("state", flow.state, _LIFETIME)
        if used is None:
            raise SignInFailed(400, _AGAIN, "the state was used before", return_to=flow.return_to)
        try:
            tokens = await self._provider.redeem(metadata, code, flow.verifier)
        except Unavailable:
            await self._ended.give_back("state", flow.state, used)
            raise
        except RequestRefused as error:
            raise self._failed(flow, str(error)) from error
        claims = await self._verified(flow, tokens)
        claims = await self._completed_claims(metadata, tokens, claims)
        await self._signed_in(exchange, sessions, flow, tokens, claims)

    def _code(self, flow: Flow, answer: Mapping[str, str], metadata: Metadata) -> str:
        """Take the code of an answer that is this provider's (RFC 9207 section 2.4)."""
        iss = answer.get("iss")
        if (iss is None and metadata.requires_iss) or (iss is not None and iss != self._config.issuer):
            raise self._failed(flow, "the answer has another iss than the issuer, or none")
        error = answer.get("error")
        if error == "access_denied":
            text = "The sign-in was cancelled."
            raise SignInFailed(403, text, "the provider answers access_denied", return_to=flow.return_to)
        if error is not None:
            raise self._failed(flow, f"the provider answers with the error {error[:64]!r}")
        code = answer.get("code")
        if not code:
            raise self._failed(flow, "the answer has no code")
        return code

    async def _has_keys(self) -> None:
        """Fetch the keys before the code is spent: where that fails, the person may load the page again."""
        try:
            await self._host.ready()
        except IssuerError as error:
            raise Unavailable(str(error)) from error

    async def _verified(self, flow: Flow, tokens: TokenResponse) -> dict[str, Any]:
        if tokens.id_token is None:
            raise self._failed(flow, "the provider issued no ID token")
        config = self._config
        try:
            claims = await checked(
                self._host,
                tokens.id_token,
                tokens.access_token,
                nonce=flow.nonce,
                max_age=config.max_age,
                acr_values=config.acr_values or None,
            )
        except Denied as denied:
            reason = f"the ID token is refused: {denied.rule}, {denied.description}"
            raise self._failed(flow, reason) from denied
        return claims.to_dict()

    async def _completed_claims(
        self, metadata: Metadata, tokens: TokenResponse, claims: dict[str, Any]
    ) -> dict[str, Any]:
        """Add the claims that OpenID Connect Core 5.4 has for the userinfo endpoint."""
        scopes = self._config.scope.split()
        lacks = [claim for claim, scope in (("name", "profile"), ("email", "email")) if scope in scopes]
        if not self._config.userinfo or all(claim in claims for claim in lacks):
            return claims
        more = await self._provider.userinfo(metadata, tokens.access_token)
        # Core 5.3.2: another sub means that the token was exchanged for another's.
        return {**more, **claims} if more.get("sub") == claims["sub"] else claims

    async def _signed_in(
        self,
        exchange: Exchange,
        sessions: Sessions,
        flow: Flow,
        tokens: TokenResponse,
        claims: dict[str, Any],
    ) -> None:
        config, now = self._config, self._config.clock()
        kept = {name: value for name, value in claims.items() if name not in _PROTOCOL}
        more: Any = config.signed_in(kept) if config.signed_in is not None else None
        data = await more if isawaitable(more) else more
        expires_at = None if tokens.expires_in is None else now + tokens.expires_in
        issued = Tokens(tokens.access_token, expires_at, tokens.refresh_token, tokens.id_token or "")
        sid = claims.get("sid")
        record = Record(
            _random(),
            str(claims["sub"]),
            sid if isinstance(sid, str) else None,
            kept,
            issued,
            now,
            now,
            dict(data or {}),
        )
        old = await sessions.load(exchange)
        if old is not None:
            # Whoever put the old id there does not get the new session (session fixation).
            await sessions.end(exchange, old)
        try:
            await sessions.create(exchange, record)
        except SessionTooLarge as error:
            text = "The session is too large for cookies; this application needs a session store."
            config.logger.error("nobody can sign in: %s", error)
            raise SignInFailed(500, text, str(error), return_to=flow.return_to) from error
        config.logger.info("signed in", extra={"credenza": {"sub": record.sub, "sid": record.sid}})

    def _failed(self, flow: Flow, reason: str) -> SignInFailed:
        return SignInFailed(400, _FAILED, reason, return_to=flow.return_to)

    def _parameters(self, flow: Flow, asked: Mapping[str, str]) -> dict[str, str | list[str]]:
        """Make the authorization request (OpenID Connect Core 3.1.2.1, RFC 7636 section 4.3)."""
        config = self._config
        challenge = hashlib.sha256(flow.verifier.encode()).digest()
        parameters: dict[str, str | list[str]] = {
            "response_type": "code",
            "client_id": config.client_id,
            "redirect_uri": config.redirect_uri,
            "scope": config.scope,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if config.resources:
            parameters["resource"] = list(config.resources)
        if config.max_age is not None:
            parameters["max_age"] = str(int(config.max_age))
        if config.acr_values:
            parameters["acr_values"] = " ".join(config.acr_values)
        for name in _PASSED_ON:
            value = asked.get(name, "")
            if value and len(value) <= _LONGEST:
                parameters[name] = value
        if config.prompt is not None:
            parameters["prompt"] = config.prompt
        return parameters

    def _name(self, state: str) -> str:
        return self._prefix + digest("state", state)[:22]

    def _keep(self, exchange: Exchange, flow: Flow) -> None:
        """Keep a sign-in beside those of other tabs; the oldest goes when there are too many."""
        others = [
            (self._opened(name, value), name) for name, value in exchange.cookies if name.startswith(self._prefix)
        ]
        known = sorted((other.began, name) for other, name in others if other is not None)
        for name in [name for other, name in others if other is None] + [
            name for _, name in known[: 1 - _MOST or None]
        ]:
            exchange.drop_cookie(name)
        name = self._name(flow.state)
        sealed = self._sealer.seal(name, json.dumps(asdict(flow)).encode())
        exchange.set_cookie(name, sealed, _LIFETIME)

    def _found(self, exchange: Exchange, state: str) -> Flow | None:
        name = self._name(state)
        for value in exchange.values(name):
            flow = self._opened(name, value)
            if flow is not None and hmac.compare_digest(flow.state.encode(), state.encode()):
                return flow
        return None

    def _opened(self, name: str, value: str) -> Flow | None:
        plain = self._sealer.open(name, value)
        if plain is None:
            return None
        try:
            flow = Flow(**json.loads(plain))
        except (ValueError, TypeError):
            return None
        return flow if self._config.clock() < flow.began + _LIFETIME else None


def _random() -> str:
    return secrets.token_urlsafe(32)
