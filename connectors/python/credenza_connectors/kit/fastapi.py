"""
The kit for FastAPI.

    app = FastAPI()
    Kit(origin="https://api.example").init_app(app)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fastapi import Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from credenza_connectors.fastapi import Refused
from credenza_connectors.kit.asgi import KitMiddleware, json_body
from credenza_connectors.kit.exchange import request_id
from credenza_connectors.kit.problem import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI
    from typing_extensions import Unpack

    from credenza_connectors.kit.settings import KitSettings

__all__ = ["Kit", "json_body"]


class Kit:
    """The kit around an application of FastAPI."""

    def __init__(self, **settings: Unpack[KitSettings]) -> None:
        """Take the settings."""
        self._settings = settings

    def init_app(self, app: FastAPI) -> None:
        """Stand around an application, as the outermost of the middleware that it has so far."""
        app.add_exception_handler(Problem, _problem)
        app.add_exception_handler(HTTPException, _http)
        app.add_exception_handler(RequestValidationError, _invalid)
        app.add_exception_handler(Refused, _refused)
        app.add_middleware(KitMiddleware, **self._settings)


def _answer(problem: Problem) -> Response:
    status, fields, body = problem.answer(request_id())
    response = Response(body, status)
    for name, value in fields:
        response.headers.append(name, value)
    return response


def _problem(_request: Any, error: Exception) -> Response:
    return _answer(cast("Problem", error))


def _http(_request: Any, error: Exception) -> Response:
    raised = cast("HTTPException", error)
    fields = list((raised.headers or {}).items())
    if raised.status_code < 400 or raised.status_code in (204, 304):
        return Response(None, raised.status_code, dict(fields))
    problem = Problem(raised.status_code, fields=fields)
    if raised.detail != problem.title:
        problem.detail = str(raised.detail)
    return _answer(problem)


def _invalid(_request: Any, error: Exception) -> Response:
    """Answer what does not fit the parameters of a route; what was sent is not repeated."""
    errors = cast("RequestValidationError", error).errors()
    if any(one.get("type") == "json_invalid" for one in errors):
        return _answer(Problem(400, "invalid_json", title="The body is not JSON"))
    told = [{"location": one.get("loc"), "detail": one.get("msg")} for one in errors]
    return _answer(Problem(422, "invalid_request", title="Invalid values", errors=jsonable_encoder(told)))


def _refused(_request: Any, error: Exception) -> Response:
    """Answer as the guard does, with a document, unless it has one of its own, in its debug mode."""
    refusal = cast("Refused", error).refusal
    if refusal.body:
        return Response(refusal.body, refusal.status, dict(refusal.fields))
    fields = [pair for pair in refusal.fields if pair[0].lower() != "content-type"]
    return _answer(Problem(refusal.status, fields=fields))
