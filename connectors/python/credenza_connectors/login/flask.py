"""
Flask.

    app = Flask(__name__)
    login = Login("https://id.example", "client", "secret", origin="https://app.example", secret=SECRET)
    login.init_app(app)

    @app.get("/")
    @login.required
    def home() -> str:
        return f"Hello {login.session().sub}"
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Response, g, request

from credenza_connectors.login.errors import SignInNeeded, Unavailable
from credenza_connectors.login.session import Session
from credenza_connectors.login.wsgi import BlockingLogin, exchange_from

if TYPE_CHECKING:
    from flask import Flask
    from typing_extensions import Unpack

    from credenza_connectors.login.config import LoginSettings
    from credenza_connectors.login.exchange import Answer, Exchange

__all__ = ["Login", "Session"]

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

_LONGEST_BODY = 65_536


class Login:
    """Sign-in for Flask."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str | None = None, **settings: Unpack[LoginSettings]
    ) -> None:
        """Take the settings. Raises `SettingsError`, which names the setting."""
        self._login = BlockingLogin(issuer, client_id, client_secret, settings)

    def init_app(self, app: Flask) -> None:
        """Add the routes of the sign-in, and what answers requests without a session."""
        app.extensions["credenza_login"] = self
        app.before_request(self._before)
        app.after_request(self._after)
        app.register_error_handler(SignInNeeded, self._refused)
        app.register_error_handler(Unavailable, self._unavailable)

    def session(self, _request: object = None) -> Session | None:
        """Find the session of the current request, or nothing. Raises `Unavailable` when the store cannot be asked."""
        return self._login.session(self._exchange())

    def current(self) -> Session:
        """Find the session of the current request, which needs one. Raises `SignInNeeded`."""
        return self._login.required(self._exchange())

    def required(self, view: ViewT) -> ViewT:
        """Decorate a view that needs a session: without one, people go to the sign-in and come back."""
        if inspect.iscoroutinefunction(view):

            @wraps(view)
            async def asynchronous(*args: Any, **values: Any) -> Any:
                self.current()
                return await view(*args, **values)

            return cast("ViewT", asynchronous)

        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            self.current()
            return view(*args, **values)

        return cast("ViewT", guarded)

    def _exchange(self) -> Exchange:
        found: Exchange | None = g.get("credenza_exchange")
        if found is None:
            is_secure = self._login.engine.config.is_secure
            found = g.credenza_exchange = exchange_from(request.environ, _body, is_secure=is_secure)
        return found

    def _before(self) -> Response | None:
        answer = self._login.route(self._exchange())
        return None if answer is None else _response(answer)

    def _after(self, response: Response) -> Response:
        for name, value in self._exchange().additions():
            if name == "Vary":
                response.vary.add(value)
            elif name == "Set-Cookie":
                response.headers.add(name, value)
            else:
                response.headers[name] = value
        return response

    def _refused(self, _error: SignInNeeded) -> Response:
        return _response(self._login.engine.refused(self._exchange()))

    def _unavailable(self, error: Unavailable) -> Response:
        return _response(self._login.engine.unavailable(self._exchange(), error))


def _body() -> bytes:
    read: bytes = request.stream.read(_LONGEST_BODY + 1)
    return read


def _response(answer: Answer) -> Response:
    response = Response(answer.body, answer.status)
    del response.headers["Content-Type"]
    for name, value in answer.fields:
        response.headers[name] = value
    return response
