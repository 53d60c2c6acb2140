"""
FastAPI.

    guard = Guard("https://id.example", "https://api.example")
    app = FastAPI()
    guard.init_app(app)

    @app.get("/orders")
    async def orders(caller: Annotated[Caller, Security(guard, scopes=["orders:read"])]) -> str:
        return f"Hello {caller.sub}"

OpenAPI shows the scheme and the scopes. `guard.needing(roles=["editor"])` asks for more than scopes, `guard.optional()`
lets requests without credentials through.
"""

# Annotations are not postponed here: FastAPI reads them.
from typing import TYPE_CHECKING, Any, cast

from credenza import Requirement
from fastapi import FastAPI, HTTPException, Response
from fastapi.openapi.models import OpenIdConnect
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from credenza_connectors.asgi import AsgiGuard, Message, MetadataMiddleware, Receive, Scope, Send
from credenza_connectors.caller import Caller
from credenza_connectors.guard import Passed, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credenza import Needs
    from typing_extensions import Unpack

    from credenza_connectors.asgi import Application
    from credenza_connectors.config import GuardSettings
    from credenza_connectors.metadata import Metadata

__all__ = ["Caller", "Guard", "Refused"]

_FIELDS = "credenza.fields"


class Refused(HTTPException):
    """
    A request that was refused.

    `Guard.init_app` registers the handler that answers it as every guard does. With another one, or none, status and
    fields are the same, and the body is that of the handler.
    """

    def __init__(self, refusal: Refusal) -> None:
        """Take the answer."""
        super().__init__(refusal.status, refusal.denied.description, dict(refusal.fields))
        self.refusal = refusal


class _Dependency(SecurityBase):
    """What `Security` takes; with the document of the issuer for OpenAPI."""

    def __init__(self, guard: AsgiGuard, needs: "Needs", *, optional: bool) -> None:
        self._guard = guard
        self._needs = needs
        self._optional = optional
        self._requirements: dict[tuple[str, ...], Requirement] = {}
        issuer = str(guard.config.issuers[0]["issuer"]).rstrip("/")
        self.model = OpenIdConnect(openIdConnectUrl=f"{issuer}/.well-known/openid-configuration")
        self.scheme_name = "credenza"

    def requirement(self, scopes: "Sequence[str]") -> Requirement:
        """Make the requirement of a route, once: its scopes, and what else is needed."""
        wanted = tuple(scopes)
        found = self._requirements.get(wanted)
        if found is None:
            needs = self._needs.copy()
            needs["scopes"] = [*(needs.get("scopes") or ()), *wanted]
            found = self._requirements[wanted] = Requirement(**needs)
        return found

    async def ask(self, connection: HTTPConnection, scopes: SecurityScopes, response: Response) -> Caller | None:
        """Ask the guard, and see to the fields of the answer."""
        requirement = self.requirement(scopes.scopes)
        scope = connection.scope
        outcome = await self._guard.look(scope, requirement, optional=self._optional)
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        noted = scope.get(_FIELDS)
        if noted is None:
            # Without `init_app`, for what the route returns, unless that is a Response.
            for name, value in outcome.fields:
                response.headers.append(name, value)
        else:
            noted.append(outcome)
        return outcome.caller


class _Required(_Dependency):
    async def __call__(self, connection: HTTPConnection, scopes: SecurityScopes, response: Response) -> Caller:
        """Let a request through that fulfils the needs."""
        # Nobody is the caller of a preflight alone, which is passed on where the settings say so.
        return cast("Caller", await self.ask(connection, scopes, response))


class _Optional(_Dependency):
    async def __call__(self, connection: HTTPConnection, scopes: SecurityScopes, response: Response) -> Caller | None:
        """Let a request without credentials through too."""
        return await self.ask(connection, scopes, response)


class Guard(_Required):
    """
    A guard for FastAPI: a security dependency, for HTTP and WebSocket routes.

    The functions of its settings, `issuer_of` and `certificate`, are given the scope of ASGI.
    """

    def __init__(
        self, issuer: str, audience: "str | Sequence[str] | None" = None, **settings: "Unpack[GuardSettings]"
    ) -> None:
        """Make a guard. Raises `SettingsError`, which names the setting."""
        super().__init__(AsgiGuard(issuer, audience, **settings), {}, optional=False)

    @property
    def asgi(self) -> AsgiGuard:
        """The guard without FastAPI, for `GuardMiddleware` around a mounted application."""
        return self._guard

    def needing(self, **needs: "Unpack[Needs]") -> _Required:
        """Make a dependency that asks for more than scopes."""
        return _Required(self._guard, needs, optional=False)

    def optional(self, **needs: "Unpack[Needs]") -> _Optional:
        """Make a dependency that lets requests without credentials through too: their caller is `None`."""
        return _Optional(self._guard, needs, optional=True)

    def init_app(self, app: FastAPI, *, metadata: "Metadata | None" = None) -> None:
        """
        See to the answers of an application: those of refusals, and the fields of all others.

        With `metadata`, which may be empty, the metadata of the resource are served too (RFC 9728).
        """
        app.add_exception_handler(Refused, _refused)
        app.add_middleware(_Fields)
        if metadata is not None:
            app.add_middleware(MetadataMiddleware, guard=self._guard, metadata=metadata)


def _refused(_request: Any, error: Exception) -> Response:
    refusal = cast("Refused", error).refusal
    response = Response(refusal.body, refusal.status)
    for name, value in refusal.fields:
        response.headers[name] = value
    return response


class _Fields:
    """Adds what guards noted to the answer, whatever kind of response the route returns."""

    def __init__(self, app: "Application") -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        noted: list[Passed] = []
        scope[_FIELDS] = noted

        async def sending(message: Message) -> None:
            if noted and message["type"] in ("http.response.start", "websocket.accept"):
                fields = {pair for outcome in noted for pair in outcome.fields}
                more = [(name.lower().encode(), value.encode()) for name, value in sorted(fields)]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        await self._app(scope, receive, sending)
