"""
The kit for any WSGI application.

    app = KitMiddleware(app, origin="https://api.example", timeout=10)
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from credenza_connectors.kit.body_limit import Limited, is_too_long, limit_of, too_large
from credenza_connectors.kit.exchange import current
from credenza_connectors.kit.log import tell, tell_exception
from credenza_connectors.kit.problem import Answer, Problem, internal, phrase
from credenza_connectors.kit.settings import KitSettings, Rules
from credenza_connectors.kit.threads import Abandoned, within
from credenza_connectors.kit.timeout import timed_out, timeout_of
from credenza_connectors.request import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from typing_extensions import Unpack

    from credenza_connectors.kit.exchange import Exchange

Environ = dict[str, Any]

CALLER = "credenza.caller"
"""Where the guards of WSGI applications note the caller."""


def no_view(_environ: Environ) -> Any:
    """Know no handlers: every request has the limits of the kit."""
    return None


class KitMiddleware:
    """
    Request ids, log, security headers, body limit, timeout, and problems, around an application.

    With a timeout, the application runs in another thread of the kit, which cannot be stopped: after the answer it may
    still be at work.
    """

    def __init__(
        self, app: Callable[..., Iterable[bytes]], *, view_of: Callable[[Environ], Any] = no_view,
        **settings: Unpack[KitSettings],
    ) -> None:  # fmt: skip
        """Stand in front of an application. `view_of` finds the handler of a request, which may be decorated."""
        self._app = app
        self._rules = Rules(settings)
        self._view_of = view_of

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve a request."""
        exchange = self._rules.begin(
            environ["REQUEST_METHOD"],
            path_of(environ),
            # The server joins several by commas, and no id has one.
            [environ["HTTP_X_REQUEST_ID"]] if "HTTP_X_REQUEST_ID" in environ else [],
            has_credentials="HTTP_AUTHORIZATION" in environ or "HTTP_COOKIE" in environ,
        )
        token = current.set(exchange)
        try:
            started = self._started(environ, exchange)
        finally:
            current.reset(token)
        answer = self._rules.finished(exchange, started.status, started.fields)
        if answer is not None:
            started.close()
            started = _Started.of(answer, is_head=environ["REQUEST_METHOD"] == "HEAD")
        start_response(started.line, [*started.fields, *self._rules.more(exchange, started.fields)])
        started.on_close = lambda: self._tell(environ, exchange, started.status)
        return started

    def _tell(self, environ: Environ, exchange: Exchange, status: int) -> None:
        exchange.caller = exchange.caller or environ.get(CALLER)
        tell(self._rules.logger, exchange, status)

    def _started(self, environ: Environ, exchange: Exchange) -> _Started:
        try:
            view = self._view_of(environ)
            limit = limit_of(view, self._rules.body_limit)
            if is_too_long(environ.get("CONTENT_LENGTH"), limit):
                raise too_large(limit)
            environ["wsgi.input"] = Limited(environ["wsgi.input"], limit)
            seconds = timeout_of(view, self._rules.timeout)
            if seconds is None:
                return _Started(self._app, environ)
            context = copy_context()
            return within(seconds, lambda: context.run(_Started, self._app, environ), _Started.close)
        except Abandoned:
            problem = timed_out()
        except Problem as raised:
            problem = raised
        except Exception as error:
            tell_exception(self._rules.logger, exchange, error)
            problem = internal()
        answer = problem.answer(exchange.request_id)
        return _Started.of(answer, is_head=environ["REQUEST_METHOD"] == "HEAD")


class _Started:
    """An answer that has begun: its status and fields are known."""

    def __init__(self, app: Callable[..., Iterable[bytes]], environ: Environ) -> None:
        self.line = ""
        self.fields: list[tuple[str, str]] = []
        self.on_close: Callable[[], None] | None = None
        self._written: list[bytes] = []
        self._body = app(environ, self._start)
        self._parts = iter(self._body)
        if not self.line:
            # Applications that are generators begin with the first part.
            with suppress(StopIteration):
                self._written.append(next(self._parts))

    @classmethod
    def of(cls, answer: Answer, *, is_head: bool) -> _Started:
        """Make one of a whole answer."""

        def app(_environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
            length = ("Content-Length", str(len(answer.body)))
            start(f"{answer.status} {phrase(answer.status)}", [*answer.fields, length])
            return [b"" if is_head else answer.body]

        return cls(app, {})

    def _start(self, line: str, fields: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
        self.line, self.fields = line, fields
        return self._written.append

    @property
    def status(self) -> int:
        """The status, as a number."""
        return int(self.line.partition(" ")[0])

    def __iter__(self) -> Iterator[bytes]:
        yield from self._written
        yield from self._parts

    def close(self) -> None:
        """End it, as PEP 3333 has it."""
        try:
            getattr(self._body, "close", lambda: None)()
        finally:
            done, self.on_close = self.on_close, None
            if done is not None:
                done()
