"""Reads WSGI requests (PEP 3333), for the frameworks that block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from credenza_connectors.login import config
from credenza_connectors.login.engine import Engine
from credenza_connectors.login.exchange import Exchange, cookies_of
from credenza_connectors.login.host import BlockingHost, run
from credenza_connectors.login.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from credenza_connectors.login.exchange import Answer


class BlockingLogin:
    """Sign-in for blocking code."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, settings: Mapping[str, Any]) -> None:
        """Take the settings. Raises `SettingsError`, which names the setting."""
        read = config.read(issuer, client_id, client_secret, settings)
        self.engine = Engine(read, BlockingHost(read))

    def route(self, exchange: Exchange) -> Answer | None:
        """Answer a request to a route of the sign-in; nothing for those to others."""
        return run(self.engine.route(exchange)) if self.engine.has(exchange.path) else None

    def session(self, exchange: Exchange) -> Session | None:
        """Find the session of a request. Raises `Unavailable` when the store cannot be asked."""
        record = run(self.engine.session(exchange))
        return None if record is None else Session(self.engine, exchange, record)

    def required(self, exchange: Exchange) -> Session:
        """Find the session of a request that needs one. Raises `SignInNeeded` or `Unavailable`."""
        return Session(self.engine, exchange, run(self.engine.needed(exchange)))


def exchange_from(
    environ: Mapping[str, Any], body: Callable[[], bytes], *, is_secure: bool, raw: str | None = None
) -> Exchange:
    """
    Read the environment of a WSGI application, or what Django makes of an ASGI scope.

    `raw` is the path as it came, where the environment has it not.
    """
    raw = raw or str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    path = raw.partition("?")[0] if raw.startswith("/") else ""
    if not path:
        path = quote((str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))).encode("latin-1"))

    def header(name: str) -> str | None:
        key = name.upper().replace("-", "_")
        value = environ.get(key if key == "CONTENT_TYPE" else f"HTTP_{key}")
        return None if value is None else str(value)

    async def read() -> bytes:
        return body()

    cookie = environ.get("HTTP_COOKIE")
    cookies = cookies_of([] if cookie is None else [str(cookie)])
    return Exchange(
        str(environ["REQUEST_METHOD"]), path, str(environ.get("QUERY_STRING", "")), header, read, cookies, is_secure
    )
