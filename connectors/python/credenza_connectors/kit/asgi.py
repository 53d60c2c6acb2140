"""
The kit for Starlette and any other ASGI application.

    app = KitMiddleware(app, origin="https://api.example", timeout=10)
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio

from credenza_connectors.asgi import caller_of
from credenza_connectors.kit.body_limit import is_too_long, json_of, limit_of, too_large
from credenza_connectors.kit.exchange import current
from credenza_connectors.kit.log import tell, tell_exception
from credenza_connectors.kit.problem import Answer, Problem, internal
from credenza_connectors.kit.settings import KitSettings, Rules
from credenza_connectors.kit.timeout import first_look, timed_out, timeout_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from typing_extensions import Unpack

    from credenza_connectors.asgi import Application, Message, Receive, Scope, Send

ViewOf = "Callable[[Scope], Any]"


def endpoint_of(scope: Scope) -> Any:
    """Find the handler that the router of Starlette chose; `None` before it has."""
    return scope.get("endpoint")


class KitMiddleware:
    """Request ids, log, security headers, body limit, timeout, and problems, around an application."""

    def __init__(
        self,
        app: Application,
        *,
        view_of: Callable[[Scope], Any] = endpoint_of,
        **settings: Unpack[KitSettings],
    ) -> None:
        """Stand in front of an application. `view_of` finds the handler of a request, which may be decorated."""
        self._app = app
        self._rules = Rules(settings)
        self._view_of = view_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        serving = _Serving(self._rules, scope, receive, send, self._view_of)
        token = current.set(serving.exchange)
        try:
            await serving.run(self._app)
        finally:
            current.reset(token)


class _Serving:
    """One request."""

    def __init__(
        self, rules: Rules, scope: Scope, receive: Receive, send: Send, view_of: Callable[[Scope], Any]
    ) -> None:
        self._rules, self._scope, self._receive, self._send, self._view_of = rules, scope, receive, send, view_of
        found: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            found.setdefault(name, []).append(value.decode("latin-1"))
        raw = scope.get("raw_path")
        self.exchange = rules.begin(
            scope["method"],
            raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"]),
            found.get(b"x-request-id", []),
            has_credentials=b"authorization" in found or b"cookie" in found,
        )
        lengths = found.get(b"content-length", [])
        self._length = lengths[0] if lengths else None
        self._count = 0
        self._refused: Problem | None = None
        self._held: Answer | None = None
        self._status: int | None = None
        self._is_over = False
        self._is_gone = False

    async def run(self, app: Application) -> None:
        look = first_look(self._rules.timeout)
        try:
            if look is None:
                await self._call(app)
            else:
                async with anyio.create_task_group() as group:
                    group.start_soon(self._watch, look, group.cancel_scope)
                    await self._call(app)
                    group.cancel_scope.cancel()
        finally:
            self.exchange.caller = caller_of(self._scope)
            # 499 as others write it: the client has gone before there was an answer.
            tell(self._rules.logger, self.exchange, self._status or 499)

    async def _call(self, app: Application) -> None:
        try:
            await app(self._scope, self.receive, self.send)
        except Problem as problem:
            await self._fail(problem, problem)
        except Exception as error:
            if self._refused is None and not self._is_gone:
                tell_exception(self._rules.logger, self.exchange, error)
            await self._fail(self._refused or internal(), error)
        else:
            if self._held is not None and self._status is None:
                await self._answer(self._held)

    async def _fail(self, problem: Problem, error: Exception) -> None:
        if self._status is None:
            await self._answer(problem.answer(self.exchange.request_id))
        elif not self._is_over:
            # A part of the answer is on its way: the server has to break off.
            raise error

    async def _watch(self, look: float, running: anyio.CancelScope) -> None:
        """Wait until the time is up, which depends on the handler that was chosen."""
        await anyio.sleep(look)
        while True:
            limit = timeout_of(self._view_of(self._scope), self._rules.timeout)
            if limit is None:
                return
            left = self.exchange.started + limit - time.monotonic()
            if left <= 0:
                break
            await anyio.sleep(left)
        if self._status is None:
            await self._answer(timed_out().answer(self.exchange.request_id))
            running.cancel()

    async def receive(self) -> Message:
        """Hand on what comes, and count it."""
        limit = limit_of(self._view_of(self._scope), self._rules.body_limit)
        if self._count == 0 and is_too_long(self._length, limit):
            raise self._refuse(limit)
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._is_gone = True
        self._count += len(message.get("body", b""))
        if self._count > limit:
            raise self._refuse(limit)
        return message

    def _refuse(self, limit: int) -> Problem:
        # Noted too, as frameworks have an answer of their own to whatever fails while they read a body.
        self._refused = too_large(limit)
        return self._refused

    async def send(self, message: Message) -> None:
        """Complete the answer that an application sends."""
        if self._is_over or self._held is not None:
            return
        if message["type"] != "http.response.start":
            await self._send(message)
            return
        if self._refused is not None:
            await self._answer(self._refused.answer(self.exchange.request_id))
            return
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())]
        document = self._rules.finished(self.exchange, message["status"], fields)
        if document is not None:
            # Kept back, as Starlette answers an exception itself before it raises it again, which tells more.
            self._held = document
            return
        self._status = message["status"]
        more = _encoded(self._rules.more(self.exchange, fields))
        await self._send({**message, "headers": [*message.get("headers", ()), *more]})

    async def _answer(self, answer: Answer) -> None:
        """Send a whole answer in the place of the application's."""
        self._is_over, self._status = True, answer.status
        fields = [*answer.fields, ("Content-Length", str(len(answer.body)))]
        headers = _encoded([*fields, *self._rules.more(self.exchange, fields)])
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if self._scope["method"] == "HEAD" else answer.body
        await self._send({"type": "http.response.body", "body": body})


def _encoded(fields: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]


async def json_body(request: Request) -> Any:
    """Read a body that has to be JSON. Raises the problems `unsupported_media_type` (415) and `invalid_json` (400)."""
    content_type = request.headers.get("content-type")
    json_of(b"null", content_type)
    return json_of(await request.body(), content_type)
