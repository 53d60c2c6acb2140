"""
Starlette, and any other ASGI application.

    guard = AsgiGuard("https://id.example", "https://api.example")
    app = GuardMiddleware(app, guard=guard, scopes=["orders:read"])

Frameworks that are built on Starlette take it for a route or a mount: `Middleware(GuardMiddleware, guard=guard)`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from credenza import Requirement

from credenza_connectors.guard import AsyncGuard, Refusal
from credenza_connectors.metadata import FIELDS, METHODS, Document
from credenza_connectors.request import from_asgi

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from credenza import Needs
    from typing_extensions import Unpack

    from credenza_connectors.caller import Caller
    from credenza_connectors.guard import Passed
    from credenza_connectors.metadata import Metadata

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_CALLER = "credenza.caller"
_RESPONSE = "websocket.http.response"


class AsgiGuard(AsyncGuard):
    """
    A guard for ASGI applications.

    The functions of its settings, `issuer_of` and `certificate`, are given the scope.
    """

    async def look(
        self, scope: Scope, requirement: Requirement | None = None, *, optional: bool = False
    ) -> Passed | Refusal:
        """Ask about the request of a scope, and note its caller there."""
        outcome = await self.check(from_asgi(scope, scope), requirement, optional=optional)
        if not isinstance(outcome, Refusal):
            scope[_CALLER] = outcome.caller
        return outcome


class GuardMiddleware:
    """Lets requests and WebSocket handshakes through that fulfil the needs, and answers all others."""

    def __init__(self, app: Application, *, guard: AsgiGuard, optional: bool = False, **needs: Unpack[Needs]) -> None:
        """Guard an application. With `optional`, requests without credentials pass too; they have no caller."""
        self._app = app
        self._guard = guard
        self._optional = optional
        self._requirement = Requirement(**needs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        outcome = await self._guard.look(scope, self._requirement, optional=self._optional)
        if isinstance(outcome, Refusal):
            await refuse(outcome, scope, send)
        else:
            await self._app(scope, receive, adding(outcome.fields, send))


class MetadataMiddleware:
    """Serves the metadata of the resource (RFC 9728) beside an application."""

    def __init__(self, app: Application, *, guard: AsgiGuard, metadata: Metadata | None = None) -> None:
        """Serve it for a guard; what is left out of `metadata` follows from the guard's settings."""
        self._app = app
        self._document = Document(metadata or {}, guard.config)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path != self._document.path:
            await self._app(scope, receive, send)
        elif scope["method"] in METHODS:
            body = self._document.body
            await answer(send, 200, FIELDS, body, is_head=scope["method"] == "HEAD")
        else:
            await answer(send, 405, [("Allow", ", ".join(METHODS))], b"")


def caller_of(scope: Scope) -> Caller | None:
    """Find the caller of a request that a guard let through; `None` for an anonymous one."""
    found: Caller | None = scope.get(_CALLER)
    return found


def adding(fields: Sequence[tuple[str, str]], send: Send) -> Send:
    """Add fields to the answer that is sent, beside those of the application."""
    encoded = _encoded(fields)

    async def sending(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start", "websocket.accept"):
            message = {**message, "headers": [*message.get("headers", ()), *encoded]}
        await send(message)

    return sending if encoded else send


async def refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    """Send the answer of a refusal. A WebSocket is refused by a plain answer, where the server can send one."""
    if scope["type"] == "http":
        await answer(send, refusal.status, refusal.fields, refusal.body, is_head=scope["method"] == "HEAD")
    elif _RESPONSE in (scope.get("extensions") or {}):
        await answer(send, refusal.status, refusal.fields, refusal.body, prefix="websocket.")
    else:
        # The server then answers 403 by itself, as the ASGI specification says.
        await send({"type": "websocket.close", "code": 1008})


async def answer(
    send: Send, status: int, fields: Sequence[tuple[str, str]], body: bytes, *, is_head: bool = False, prefix: str = ""
) -> None:
    """Send a whole answer."""
    headers = _encoded([*fields, ("Content-Length", str(len(body)))])
    await send({"type": f"{prefix}http.response.start", "status": status, "headers": headers})
    await send({"type": f"{prefix}http.response.body", "body": b"" if is_head else body})


def _encoded(fields: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]
