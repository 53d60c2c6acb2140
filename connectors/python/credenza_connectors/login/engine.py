"""The whole of a sign-in, whatever the framework: its routes, and the sessions of requests."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import TYPE_CHECKING

from credenza import SettingsError

from credenza_connectors.login import pages
from credenza_connectors.login.ended import Ended
from credenza_connectors.login.errors import SignInFailed, SignInNeeded, Unavailable
from credenza_connectors.login.exchange import as_json, redirect
from credenza_connectors.login.flow import SignIn
from credenza_connectors.login.host import AsyncHost
from credenza_connectors.login.in_cookies import CookieSessions
from credenza_connectors.login.in_store import StoreSessions
from credenza_connectors.login.logout import Logout
from credenza_connectors.login.provider import Provider
from credenza_connectors.login.refresh import Refresher
from credenza_connectors.login.sealed import Sealer
from credenza_connectors.login.store import MemoryStore

if TYPE_CHECKING:
    from credenza_connectors.login.config import Config
    from credenza_connectors.login.exchange import Answer, Exchange
    from credenza_connectors.login.host import Host
    from credenza_connectors.login.record import Record
    from credenza_connectors.login.sessions import Sessions
    from credenza_connectors.login.store import Store

_METHODS = {
    "/login": "GET",
    "/callback": "GET",
    "/logout": "POST",
    "/backchannel-logout": "POST",
    "/frontchannel-logout": "GET",
}
_NOTED_EVERY = 10
"""Requests are noted for `idle` no more often than this part of it."""


class Engine:
    """Sign-ins and sessions."""

    def __init__(self, config: Config, host: Host) -> None:
        """Make the parts. Raises `SettingsError`."""
        self.config = config
        sealer = Sealer(config.secrets)
        is_async = isinstance(host, AsyncHost)
        store = None if config.sessions == "cookie" else _store("sessions", config.sessions, config, is_async=is_async)
        known = config.ended or store or "memory"
        ended = Ended(config, _store("ended", known, config, is_async=is_async))
        self._sessions: Sessions = (
            CookieSessions(config, sealer, ended) if store is None else StoreSessions(config, sealer, ended, store)
        )
        provider = Provider(config, host)
        self._sign_in = SignIn(config, host, provider, sealer, ended)
        self._refresher = Refresher(config, host, provider, self._sessions)
        self._logout = Logout(config, host, provider, self._sessions, ended)

    def has(self, path: str) -> bool:
        """Whether a path is one of the connector's own."""
        return path.startswith(self.config.path) and path[len(self.config.path) :] in _METHODS

    async def route(self, exchange: Exchange) -> Answer:
        """Answer a request to a route of the connector."""
        route = exchange.path[len(self.config.path) :]
        exchange.is_read = True
        if exchange.method != _METHODS[route]:
            return pages.refused(405, "method_not_allowed", _METHODS[route])
        try:
            return await self._routed(route, exchange)
        except SignInFailed as failure:
            self.config.logger.warning("a sign-in failed: %s", failure)
            return pages.failed(self.config, failure)
        except Unavailable as error:
            return self.unavailable(exchange, error)

    async def _routed(self, route: str, exchange: Exchange) -> Answer:
        if route == "/login":
            return await self._sign_in.begin(exchange)
        if route == "/callback":
            return await self._sign_in.complete(exchange, self._sessions)
        if route == "/logout":
            return await self._logout.by_person(exchange)
        if route == "/backchannel-logout":
            return await self._logout.by_back_channel(exchange)
        return await self._logout.by_front_channel(exchange)

    async def session(self, exchange: Exchange) -> Record | None:
        """Find the session of a request. Raises `Unavailable` when the store cannot be asked."""
        if exchange.record is not None:
            return exchange.record
        exchange.is_read = True
        record = await self._sessions.load(exchange)
        if record is None:
            return None
        newest = self._refresher.rotations.newest(record)
        if self.config.sessions == "cookie" and newest != record.tokens:
            record.tokens = newest
            await self._sessions.save(exchange, record)
        await self._note(exchange, record)
        exchange.record = record
        return record

    async def needed(self, exchange: Exchange) -> Record:
        """Find the session of a request that needs one. Raises `SignInNeeded` or `Unavailable`."""
        record = await self.session(exchange)
        if record is None:
            raise SignInNeeded("there is no session")
        return record

    async def token(self, exchange: Exchange, record: Record) -> str:
        """Give an access token. Raises `SignInNeeded` or `Unavailable`."""
        return await self._refresher.token(exchange, record)

    def refused(self, exchange: Exchange) -> Answer:
        """Answer a request that lacks a session: people go to the sign-in, and come back."""
        exchange.is_read = True
        if exchange.is_navigation:
            return redirect(pages.sign_in_url(self.config, exchange.target))
        return as_json(401, {"error": "sign_in_needed"})

    def unavailable(self, exchange: Exchange, error: Unavailable) -> Answer:
        """Answer a request whose session cannot be told now."""
        exchange.is_read = True
        self.config.logger.warning("not available: %s", error)
        return pages.unavailable(exchange)

    async def _note(self, exchange: Exchange, record: Record) -> None:
        """Note a request, where sessions end without. Not while tokens change: those are not to be overwritten."""
        idle, now = self.config.idle, self.config.clock()
        if idle is None or now < record.seen + idle / _NOTED_EVERY:
            return
        may, lock = await self._sessions.refreshing(record)
        if not may:
            return
        try:
            known = await self._sessions.reread(record)
            if known is not None:
                record.tokens, record.seen = known.tokens, now
                await self._sessions.save(exchange, record)
        finally:
            await self._sessions.refreshed(record, lock)


def _store(name: str, given: str | Store, config: Config, *, is_async: bool) -> Store:
    """Make the store that a setting names."""
    if not isinstance(given, str):
        if not is_async and iscoroutinefunction(given.get):
            raise SettingsError(name, "is a store of coroutines, and this framework needs one that blocks")
        return given
    if given == "memory":
        return MemoryStore(clock=config.clock)
    if given.startswith(("redis://", "rediss://", "unix://")):
        from credenza_connectors.login import redis

        return redis.AsyncRedisStore.from_url(given) if is_async else redis.RedisStore.from_url(given)
    raise SettingsError(name, "has to be memory, a URL redis://…, or a store")
