"""
Any ASGI application.

    login = AsgiLogin("https://id.example", "client", "secret", origin="https://app.example", secret=SECRET)
    app = LoginMiddleware(app, login)

In it, `await login.session_of(scope)` is the session of a request, or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from credenza_connectors.login import config
from credenza_connectors.login.engine import Engine
from credenza_connectors.login.errors import SignInNeeded, Unavailable
from credenza_connectors.login.exchange import Exchange, cookies_of
from credenza_connectors.login.host import AsyncHost
from credenza_connectors.login.session import AsyncSession

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from credenza_connectors.asgi import Application, Message, Receive, Scope, Send
    from credenza_connectors.login.config import LoginSettings
    from credenza_connectors.login.exchange import Answer

_EXCHANGE = "credenza.login"
_LONGEST_BODY = 65_536
_STARTS = ("http.response.start", "websocket.http.response.start", "websocket.accept")


class AsgiLogin:
    """Sign-in for ASGI applications."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str | None = None, **settings: Unpack[LoginSettings]
    ) -> None:
        """Take the settings. Raises `SettingsError`, which names the setting."""
        read = config.read(issuer, client_id, client_secret, settings)
        self.engine = Engine(read, AsyncHost(read))

    async def session_of(self, scope: Scope) -> AsyncSession | None:
        """Find the session of a request. Raises `Unavailable` when the store cannot be asked."""
        exchange = exchange_of(scope)
        record = await self.engine.session(exchange)
        return None if record is None else AsyncSession(self.engine, exchange, record)

    async def required_of(self, scope: Scope) -> AsyncSession:
        """Find the session of a request that needs one. Raises `SignInNeeded`, which the middleware answers."""
        exchange = exchange_of(scope)
        return AsyncSession(self.engine, exchange, await self.engine.needed(exchange))

    def answer(self, scope: Scope, error: Exception) -> Answer:
        """Answer a request whose session is missing or cannot be told."""
        exchange = exchange_of(scope)
        if isinstance(error, Unavailable):
            return self.engine.unavailable(exchange, error)
        return self.engine.refused(exchange)


class LoginMiddleware:
    """Serves the routes of the sign-in, and sees to the answers of all others."""

    def __init__(self, app: Application, login: AsgiLogin) -> None:
        """Stand in front of an application."""
        self._app = app
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] not in ("http", "websocket") or _EXCHANGE in scope:
            await self._app(scope, receive, send)
            return
        engine = self._login.engine
        exchange = scope[_EXCHANGE] = _read(scope, receive, is_secure=engine.config.is_secure)
        has_started = False

        async def sending(message: Message) -> None:
            nonlocal has_started
            if message["type"] in _STARTS:
                has_started = True
                message = {**message, "headers": _completed(message.get("headers", ()), exchange)}
            await send(message)

        if scope["type"] == "http" and engine.has(exchange.path):
            await _answer(await engine.route(exchange), exchange, sending)
            return
        try:
            await self._app(scope, receive, sending)
        except (SignInNeeded, Unavailable) as error:
            if has_started:
                raise
            if scope["type"] == "http":
                await _answer(self._login.answer(scope, error), exchange, sending)
            else:
                await send({"type": "websocket.close", "code": 1008})


def exchange_of(scope: Scope) -> Exchange:
    """Find what the middleware left. Raises `RuntimeError` without it."""
    found: Exchange | None = scope.get(_EXCHANGE)
    if found is None:
        raise RuntimeError("the sign-in is not set up: call login.init_app(app), or put LoginMiddleware in front")
    return found


def _read(scope: Scope, receive: Receive, *, is_secure: bool) -> Exchange:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    raw: bytes | None = scope.get("raw_path")
    path = raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"])

    def header(name: str) -> str | None:
        values = headers.get(name)
        return ", ".join(values) if values else None

    async def body() -> bytes:
        read = bytearray()
        while len(read) <= _LONGEST_BODY:
            message = await receive()
            read += message.get("body", b"")
            if not message.get("more_body", False):
                break
        return bytes(read)

    query = scope.get("query_string", b"").decode("latin-1")
    cookies = cookies_of(headers.get("cookie", ()))
    return Exchange(scope.get("method", "GET"), path, query, header, body, cookies, is_secure)


def _completed(headers: object, exchange: Exchange) -> list[tuple[bytes, bytes]]:
    """Add what the sign-in has to say to the fields of an answer."""
    found: list[tuple[bytes, bytes]] = list(headers)  # type: ignore[call-overload]
    more = [(name.lower().encode(), value.encode("latin-1")) for name, value in exchange.additions()]
    if not more:
        return found
    return [pair for pair in found if pair[0].lower() != b"cache-control"] + more


async def _answer(answer: Answer, exchange: Exchange, send: Send) -> None:
    fields = [*answer.fields, ("Content-Length", str(len(answer.body)))]
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if exchange.method == "HEAD" else answer.body})
