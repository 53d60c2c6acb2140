"""
FastAPI and Starlette.

    login = Login("https://id.example", "client", "secret", origin="https://app.example", secret=SECRET)
    app = FastAPI()
    login.init_app(app)

    @app.get("/")
    async def home(session: Annotated[Session, Depends(login.required)]) -> str:
        return f"Hello {session.sub}"
"""

# Annotations are not postponed here: FastAPI reads them.
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from credenza_connectors.login.asgi import AsgiLogin, LoginMiddleware
from credenza_connectors.login.errors import SignInNeeded, Unavailable
from credenza_connectors.login.session import AsyncSession as Session

__all__ = ["Login", "Session"]


class Login(AsgiLogin):
    """Sign-in for FastAPI and Starlette."""

    def init_app(self, app: Starlette) -> None:
        """
        Add the routes of the sign-in, and what answers requests without a session.

        An application that is mounted in another one needs a call of its own.
        """
        app.add_exception_handler(SignInNeeded, self._answered)
        app.add_exception_handler(Unavailable, self._answered)
        app.add_middleware(LoginMiddleware, login=self)

    async def session(self, request: HTTPConnection) -> Session | None:
        """Find the session of a request, or nothing; a dependency too."""
        return await self.session_of(request.scope)

    async def required(self, request: HTTPConnection) -> Session:
        """Find the session of a request that needs one: a dependency. Without a session, people go to the sign-in."""
        return await self.required_of(request.scope)

    async def _answered(self, request: Request | WebSocket, error: Exception) -> Response:
        if isinstance(request, WebSocket):
            # The server then answers the handshake with 403.
            await request.close(1008)
            return Response(status_code=403)
        answer = self.answer(request.scope, error)
        response = Response(b"" if request.method == "HEAD" else answer.body, answer.status)
        for name, value in answer.fields:
            response.headers[name] = value
        return response
