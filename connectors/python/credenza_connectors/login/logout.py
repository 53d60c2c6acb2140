"""Signing out: by the person, and by the provider through its back channel and its front channel."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from credenza import Denied

from credenza_connectors.login import pages
from credenza_connectors.login.errors import Unavailable
from credenza_connectors.login.exchange import NO_STORE, Answer, once, redirect
from credenza_connectors.login.return_to import safe

if TYPE_CHECKING:
    from credenza import Claims

    from credenza_connectors.login.config import Config
    from credenza_connectors.login.ended import Ended
    from credenza_connectors.login.exchange import Exchange
    from credenza_connectors.login.host import Host
    from credenza_connectors.login.provider import Provider
    from credenza_connectors.login.record import Record
    from credenza_connectors.login.sessions import Sessions

_FORM = "application/x-www-form-urlencoded"
_LONGEST_FORM = 65_536


class Logout:
    """Ends sessions."""

    def __init__(self, config: Config, host: Host, provider: Provider, sessions: Sessions, ended: Ended) -> None:
        """Take the parts."""
        self._config = config
        self._host = host
        self._provider = provider
        self._sessions = sessions
        self._ended = ended

    async def by_person(self, exchange: Exchange) -> Answer:
        """End the session here and at the provider (OpenID Connect RP-Initiated Logout 1.0)."""
        if self._is_foreign(exchange):
            return pages.refused(403, "cross_site_request")
        config = self._config
        asked = (exchange.parameters() or {}).get("return_to") or config.after_logout
        here = safe(asked, config.origin, config.path)
        record = await self._sessions.load(exchange)
        if record is None:
            self._sessions.forget(exchange)
            return redirect(here, 303)
        await self._sessions.end(exchange, record)
        metadata = await self._provider.discovery.fetched_now()
        if metadata is None:
            return redirect(here, 303)
        if record.tokens.refresh_token is not None:
            await self._provider.revoke(metadata, record.tokens.refresh_token)
        if metadata.end_session_endpoint is None:
            return redirect(here, 303)
        sign = "&" if "?" in metadata.end_session_endpoint else "?"
        parameters = {
            "id_token_hint": record.tokens.id_token,
            "client_id": config.client_id,
            "post_logout_redirect_uri": config.origin + config.after_logout,
            "state": secrets.token_urlsafe(16),
        }
        return redirect(f"{metadata.end_session_endpoint}{sign}{urlencode(parameters)}", 303)

    async def by_back_channel(self, exchange: Exchange) -> Answer:
        """End every session that a logout token names (OpenID Connect Back-Channel Logout 1.0, section 2.8)."""
        token = await self._logout_token(exchange)
        if token is None:
            return pages.refused(400, "invalid_request")
        await self._provider.discovery.get()
        try:
            claims = await self._host.check_logout_token(token)
        except Denied as denied:
            if denied.status == 503:
                raise Unavailable(denied.description) from denied
            self._config.logger.info("a logout token is refused: %s, %s", denied.rule, denied.description)
            return pages.refused(400, "invalid_request")
        jti = str(claims.jti)
        until = (claims.exp or 0) + self._config.leeway
        # The validator remembers it for this instance, and this for the others.
        used = await self._ended.use("jti", jti, max(1, int(until - self._config.clock())))
        if used is None:
            self._config.logger.info("a logout token is refused: another instance has had it")
            return pages.refused(400, "invalid_request")
        try:
            await self._end(claims)
        except Unavailable:
            await self._ended.give_back("jti", jti, used)
            raise
        return Answer(200, [NO_STORE])

    async def by_front_channel(self, exchange: Exchange) -> Answer:
        """End the session of this browser, if it is the one that the provider means (Front-Channel Logout 1.0)."""
        asked = exchange.parameters() or {}
        record = await self._sessions.load(exchange)
        if record is None or not self._is_meant(record, asked.get("iss"), asked.get("sid")):
            return pages.refused(400, "invalid_request")
        await self._sessions.end(exchange, record)
        return pages.signed_out(self._config)

    async def _end(self, claims: Claims) -> None:
        sid = claims.sid if isinstance(claims.sid, str) else None
        await self._sessions.end_by(sid, claims.sub)
        self._config.logger.info("signed out", extra={"credenza": {"sid": sid, "sub": claims.sub}})

    async def _logout_token(self, exchange: Exchange) -> str | None:
        if (exchange.header("content-type") or "").partition(";")[0].strip().lower() != _FORM:
            return None
        body = await exchange.body()
        form = once(body.decode("ascii", "replace")) if len(body) <= _LONGEST_FORM else None
        return None if form is None else form.get("logout_token")

    def _is_foreign(self, exchange: Exchange) -> bool:
        """Whether a page of another site, or of another origin, sent the request."""
        site, origin = exchange.header("sec-fetch-site"), exchange.header("origin")
        if origin == "null" and site == "same-origin":
            # So forms are sent from pages with `Referrer-Policy: no-referrer`.
            return False
        return site == "cross-site" or origin not in (None, self._config.origin)

    def _is_meant(self, record: Record, iss: str | None, sid: str | None) -> bool:
        if iss != self._config.issuer or sid is None or record.sid is None:
            return False
        return hmac.compare_digest(sid.encode(), record.sid.encode())
