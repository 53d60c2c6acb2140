"""
The kit for Flask.

    app = Flask(__name__)
    Kit(origin="https://api.example").init_app(app)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Response, request
from werkzeug.exceptions import HTTPException

from credenza_connectors.flask import Refused
from credenza_connectors.kit.body_limit import json_of
from credenza_connectors.kit.exchange import current
from credenza_connectors.kit.log import LOGGER, tell_exception
from credenza_connectors.kit.problem import Problem, internal
from credenza_connectors.kit.wsgi import KitMiddleware

if TYPE_CHECKING:
    from flask import Flask
    from typing_extensions import Unpack

    from credenza_connectors.kit.exchange import Exchange
    from credenza_connectors.kit.settings import KitSettings
    from credenza_connectors.kit.wsgi import Environ

_NAMES = {413: "body_too_large", 415: "unsupported_media_type"}


class Kit:
    """The kit, as an extension."""

    def __init__(self, **settings: Unpack[KitSettings]) -> None:
        """Take the settings."""
        self._settings = settings

    def init_app(self, app: Flask) -> None:
        """
        Stand around an application. Its own error handlers go before those of the kit.

        Raises `SettingsError`, which names the setting.
        """
        logger = self._settings.get("logger", LOGGER)

        def unexpected(error: Exception) -> Any:
            if app.debug or app.testing:
                raise error
            tell_exception(logger, cast("Exchange", current.get()), error)
            return answer(internal())

        app.register_error_handler(Problem, answer)
        app.register_error_handler(HTTPException, _http)
        app.register_error_handler(Exception, unexpected)
        wsgi_app = KitMiddleware(app.wsgi_app, view_of=lambda environ: _view_of(app, environ), **self._settings)
        app.wsgi_app = wsgi_app  # type: ignore[method-assign]


def _view_of(app: Flask, environ: Environ) -> Any:
    """Route a request ahead of Flask, as limits hold from the first byte of its body."""
    try:
        endpoint, _ = app.url_map.bind_to_environ(environ).match()
    except HTTPException:
        return None
    return app.view_functions.get(endpoint)


def answer(problem: Problem) -> Response:
    """Answer a problem, for an `errorhandler`, which cannot raise one."""
    exchange = current.get()
    status, fields, body = problem.answer(None if exchange is None else exchange.request_id)
    response = Response(body, status)
    for name, value in fields:
        response.headers[name] = value
    return response


def _http(error: HTTPException) -> Any:
    """Give the errors of Flask and Werkzeug, and those of the guard, a document."""
    if error.response is not None and (not isinstance(error, Refused) or error.refusal.body):
        # The application made an answer of its own, or the guard, in its debug mode.
        return error.response
    status = error.code or 500
    if status < 400:
        return error
    fields = [pair for pair in error.get_headers(request.environ) if pair[0].lower() != "content-type"]
    if isinstance(error, Refused):
        fields = [pair for pair in error.refusal.fields if pair[0].lower() != "content-type"]
    return answer(Problem(status, _NAMES.get(status), fields=fields))


def json_body() -> Any:
    """Read a body that has to be JSON. Raises the problems `unsupported_media_type` (415) and `invalid_json` (400)."""
    return json_of(request.get_data(), request.content_type)
