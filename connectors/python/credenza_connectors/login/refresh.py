"""
A usable access token: refreshed shortly before it expires, once for all tabs and instances.

A session ends when the provider says that its refresh token is no good, and for no other reason.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from credenza import Denied

from credenza_connectors.login.errors import ReplyLost, SignInNeeded, Unavailable
from credenza_connectors.login.id_token import checked
from credenza_connectors.login.provider import RequestRefused
from credenza_connectors.login.record import Tokens
from credenza_connectors.login.sealed import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from credenza_connectors.login.config import Config
    from credenza_connectors.login.exchange import Exchange
    from credenza_connectors.login.host import Host
    from credenza_connectors.login.provider import Provider, TokenResponse
    from credenza_connectors.login.record import Record
    from credenza_connectors.login.sessions import Sessions

EARLY = 30
"""How long before its expiry a token is refreshed, in seconds."""
_REMEMBERED_FOR = 60
_MOST_REMEMBERED = 10_000
_WAIT = 0.05
_MOST_WAITS = 300


class Rotations:
    """What became of tokens in the last minute, for tabs whose cookies are older than that."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Remember nothing yet."""
        self._clock = clock
        self._next: OrderedDict[str, tuple[float, Tokens]] = OrderedDict()
        self._guard = threading.Lock()

    def note(self, record: Record, old: Tokens, new: Tokens) -> None:
        """Remember what tokens of a session were exchanged for."""
        now = self._clock()
        with self._guard:
            self._next[self._name(record, old)] = (now + _REMEMBERED_FOR, new)
            while self._next:
                first = next(iter(self._next))
                if len(self._next) <= _MOST_REMEMBERED and self._next[first][0] > now:
                    break
                del self._next[first]

    def newest(self, record: Record) -> Tokens:
        """Find the newest tokens of a session, which may be its own."""
        tokens, seen = record.tokens, set[str]()
        while True:
            name = self._name(record, tokens)
            found = self._next.get(name)
            if name in seen or found is None or found[0] <= self._clock():
                return tokens
            seen.add(name)
            tokens = found[1]

    def _name(self, record: Record, tokens: Tokens) -> str:
        return digest("rotation", record.id, tokens.access_token)


class Refresher:
    """Sees to the access tokens of sessions."""

    def __init__(self, config: Config, host: Host, provider: Provider, sessions: Sessions) -> None:
        """Take the parts."""
        self._config = config
        self._host = host
        self._provider = provider
        self._sessions = sessions
        self.rotations = Rotations(config.clock)

    async def token(self, exchange: Exchange, record: Record) -> str:
        """
        Give an access token that is good for a while.

        Raises `SignInNeeded` when the session has ended, `Unavailable` when the provider cannot be reached and the
        token has expired: the session stays then.
        """
        if self._is_fresh(record.tokens):
            return record.tokens.access_token
        with self._host.unbroken():
            async with self._host.only_one(f"refresh {record.id}"):
                await self._renew(exchange, record)
        return record.tokens.access_token

    async def _renew(self, exchange: Exchange, record: Record) -> None:
        first = record.tokens
        if await self._is_renewed(exchange, record, first):
            return
        if record.tokens.refresh_token is None:
            if self._is_expired(record.tokens):
                raise SignInNeeded("the access token has expired, and there is no refresh token")
            return
        lock = await self._locked(exchange, record, first)
        if lock is None:
            return
        try:
            await self._exchange(exchange, record)
        finally:
            await self._unlocked(record, lock)

    async def _locked(self, exchange: Exchange, record: Record, first: Tokens) -> tuple[str | None] | None:
        """Wait until this instance may refresh; `None` when another one did."""
        for _ in range(_MOST_WAITS):
            may, token = await self._sessions.refreshing(record)
            if await self._is_renewed(exchange, record, first):
                if may:
                    await self._unlocked(record, (token,))
                return None
            if may:
                return (token,)
            await self._host.sleep(_WAIT)
        raise Unavailable("another instance takes too long to refresh")

    async def _unlocked(self, record: Record, lock: tuple[str | None]) -> None:
        try:
            await self._sessions.refreshed(record, lock[0])
        except Unavailable as error:
            # The lock ends by itself.
            self._config.logger.warning("a lock stays: %s", error)

    async def _exchange(self, exchange: Exchange, record: Record) -> None:
        old = record.tokens
        try:
            answer = await self._asked(old.refresh_token or "")
            new = await self._verified(record, answer)
        except Unavailable as error:
            if self._is_expired(old):
                raise
            self._config.logger.warning("not refreshed, the access token is used on: %s", error)
            return
        except RequestRefused as error:
            if error.error != "invalid_grant":
                # The client's settings are wrong, or the provider is: the session is not to suffer from that.
                self._config.logger.error("not refreshed: %s", error)
                if self._is_expired(old):
                    raise Unavailable(str(error)) from error
                return
            if await self._is_renewed(exchange, record, old):
                return
            await self._end(exchange, record, str(error))
        else:
            record.tokens = new
            self.rotations.note(record, old, new)
            if not await self._sessions.save(exchange, record):
                await self._end(exchange, record, "it was ended during the refresh")

    async def _asked(self, refresh_token: str) -> TokenResponse:
        """Refresh; a reply that was lost is asked for again, which the provider's grace window allows."""
        metadata = await self._provider.discovery.get()
        try:
            return await self._provider.refresh(metadata, refresh_token)
        except ReplyLost:
            return await self._provider.refresh(metadata, refresh_token)

    async def _verified(self, record: Record, answer: TokenResponse) -> Tokens:
        """Check a new ID token: it is of the same issuer and person (OpenID Connect Core 12.2)."""
        old = record.tokens
        expires_at = None if answer.expires_in is None else self._config.clock() + answer.expires_in
        new = Tokens(answer.access_token, expires_at, answer.refresh_token or old.refresh_token, old.id_token)
        if answer.id_token is None:
            return new
        try:
            claims = await checked(self._host, answer.id_token, answer.access_token)
        except Denied as denied:
            if denied.status != 503:
                raise RequestRefused("the token endpoint", 200, "invalid_grant") from denied
            # The refresh token may be a new one already: it must not be lost because keys cannot be fetched.
            self._config.logger.warning("the new ID token could not be checked: %s", denied.rule)
            return new
        if claims.sub != record.sub:
            raise RequestRefused("the token endpoint", 200, "invalid_grant")
        new.id_token = answer.id_token
        return new

    async def _end(self, exchange: Exchange, record: Record, reason: str) -> None:
        self._config.logger.info("a session ended: %s", reason)
        exchange.record = None
        await self._sessions.end(exchange, record)
        raise SignInNeeded("the session has ended")

    async def _is_renewed(self, exchange: Exchange, record: Record, first: Tokens) -> bool:
        """Take over what another tab or instance got since this one had its first tokens, and tell whether it did."""
        known = await self._sessions.reread(record)
        if known is None:
            raise SignInNeeded("the session has ended")
        kept = record.tokens = known.tokens
        newest = record.tokens = self.rotations.newest(record)
        is_another = newest.access_token != first.access_token and not self._is_expired(newest)
        if not (self._is_fresh(newest) or is_another):
            return False
        if newest != kept and not await self._sessions.save(exchange, record):
            raise SignInNeeded("the session has ended")
        return True

    def _is_fresh(self, tokens: Tokens) -> bool:
        return tokens.expires_at is None or self._config.clock() < tokens.expires_at - EARLY

    def _is_expired(self, tokens: Tokens) -> bool:
        return tokens.expires_at is not None and self._config.clock() >= tokens.expires_at
