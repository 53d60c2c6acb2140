"""An API of orders with Starlette: `ISSUER=http://127.0.0.1:8080 python starlette_app.py`."""

import os

import uvicorn
from credenza_connectors.asgi import AsgiGuard, GuardMiddleware, MetadataMiddleware, caller_of
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

guard = AsgiGuard(os.environ["ISSUER"], "https://api.example")
reading = Middleware(GuardMiddleware, guard=guard, scopes=["orders:read"])


async def orders(request: Request) -> PlainTextResponse:
    """Greet the caller."""
    caller = caller_of(request.scope)
    return PlainTextResponse(f"Hello {caller.sub if caller else 'nobody'}")


async def live(socket: WebSocket) -> None:
    """Greet over a WebSocket, which was checked before its upgrade."""
    caller = caller_of(socket.scope)
    await socket.accept()
    await socket.send_text(f"Hello {caller.sub if caller else 'nobody'}")
    await socket.close()


app = Starlette(
    routes=[
        Route("/orders", orders, middleware=[reading]),
        WebSocketRoute("/live", live, middleware=[reading]),
    ],
    middleware=[Middleware(MetadataMiddleware, guard=guard)],
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "5000")))
