"""
Flask.

    app = Flask(__name__)
    guard = Guard("https://id.example", "https://api.example")
    guard.init_app(app)

    @app.get("/orders")
    @guard.require(scopes=["orders:read"])
    def orders() -> str:
        return f"Hello {caller.sub}"
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from credenza import Requirement, SettingsError
from flask import Response, after_this_request, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy

from credenza_connectors.caller import Caller
from credenza_connectors.guard import Guard as BlockingGuard
from credenza_connectors.guard import Passed, Refusal
from credenza_connectors.metadata import FIELDS, Document
from credenza_connectors.request import from_wsgi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credenza import Needs
    from flask import Flask
    from typing_extensions import Unpack

    from credenza_connectors.config import GuardSettings
    from credenza_connectors.metadata import Metadata

__all__ = ["Caller", "Guard", "Refused", "caller"]

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

_PREFIX = "CREDENZA_"


def _current() -> Caller | None:
    return cast("Caller | None", g.get("credenza_caller"))


caller = cast("Caller", LocalProxy(_current))
"""The caller of the current request. On an optional route it may be nobody: it is false then."""


class Refused(HTTPException):
    """A request that was refused. An `errorhandler` may answer it in another way."""

    def __init__(self, refusal: Refusal) -> None:
        """Take the answer."""
        self.code = refusal.status
        self.refusal = refusal
        response = Response(refusal.body, refusal.status)
        response.headers.clear()
        for name, value in refusal.fields:
            response.headers[name] = value
        super().__init__(refusal.denied.description, cast("Any", response))


class Guard:
    """
    A guard for Flask.

    Without an issuer it is made by `init_app`, from the configuration of the application: `CREDENZA_ISSUER`,
    `CREDENZA_AUDIENCE`, and every other setting under its name in capitals. The functions of its settings, `issuer_of`
    and `certificate`, are given Flask's request.
    """

    def __init__(
        self, issuer: str | None = None, audience: str | Sequence[str] | None = None, **settings: Unpack[GuardSettings]
    ) -> None:
        """Make a guard. Raises `SettingsError`, which names the setting."""
        self._guard = None if issuer is None else BlockingGuard(issuer, audience, **settings)

    def init_app(self, app: Flask, *, metadata: Metadata | None = None) -> None:
        """
        Take the settings of an application, if this has none of its own.

        With `metadata`, which may be empty, the metadata of the resource are served too (RFC 9728).
        """
        if self._guard is None:
            self._guard = _configured(app)
        app.extensions["credenza"] = self
        if metadata is not None:
            document = Document(metadata, self._guard.config)
            app.add_url_rule(
                document.path, "credenza_metadata", lambda: _answer(document), provide_automatic_options=False
            )

    def require(self, *, optional: bool = False, **needs: Unpack[Needs]) -> Callable[[ViewT], ViewT]:
        """Decorate a view, which is called for requests that fulfil the needs, or, if `optional`, have no token."""
        requirement = Requirement(**needs)

        def decorate(view: ViewT) -> ViewT:
            if inspect.iscoroutinefunction(view):

                @wraps(view)
                async def asynchronous(*args: Any, **values: Any) -> Any:
                    self.check(requirement, optional=optional)
                    return await view(*args, **values)

                return cast("ViewT", asynchronous)

            @wraps(view)
            def guarded(*args: Any, **values: Any) -> Any:
                self.check(requirement, optional=optional)
                return view(*args, **values)

            return cast("ViewT", guarded)

        return decorate

    def before(self, *, optional: bool = False, **needs: Unpack[Needs]) -> Callable[[], None]:
        """Make a function for `before_request` of a blueprint or an application, to guard all of its routes."""
        requirement = Requirement(**needs)
        return lambda: self.check(requirement, optional=optional)

    def check(self, requirement: Requirement | None = None, *, optional: bool = False) -> None:
        """Check the current request, and note its caller. Raises `Refused`."""
        if self._guard is None:
            raise RuntimeError("the guard has no settings: give it the issuer, or call its init_app(app)")
        outcome = self._guard.check(from_wsgi(request.environ, request), requirement, optional=optional)
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        g.credenza_caller = request.environ["credenza.caller"] = outcome.caller
        after_this_request(_adding(outcome))


def _adding(outcome: Passed) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in outcome.fields:
            if name == "Vary":
                response.vary.add(value)
            else:
                response.headers[name] = value
        return response

    return add


def _configured(app: Flask) -> BlockingGuard:
    config: dict[str, Any] = app.config
    settings: dict[str, Any] = {
        name.removeprefix(_PREFIX).lower(): value for name, value in config.items() if name.startswith(_PREFIX)
    }
    if "issuer" not in settings:
        raise SettingsError("CREDENZA_ISSUER", "is missing in the configuration of the application")
    return BlockingGuard(**settings)


def _answer(document: Document) -> Response:
    response = Response(document.body)
    for name, value in FIELDS:
        response.headers[name] = value
    return response
