"""Starlette, by the middleware."""

from __future__ import annotations

from typing import Any

from cases import settings_of, shown
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from credenza_connectors.asgi import AsgiGuard, GuardMiddleware, MetadataMiddleware, caller_of


async def handler(request: Request) -> JSONResponse:
    return JSONResponse(shown(caller_of(request.scope)))


async def live(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json(shown(caller_of(socket.scope)))
    await socket.close()


def host_of(scope: Any) -> str:
    return dict(scope["headers"])[b"host"].decode()


def make(case: dict[str, Any]) -> Any:
    settings, route = settings_of(case), case["route"]
    hosts = case.get("guard", {}).get("hosts")
    if hosts:
        settings["issuer_of"] = lambda scope: hosts.get(host_of(scope))
    guard = AsgiGuard(**settings)
    stack = [Middleware(GuardMiddleware, guard=guard, optional=route["optional"], **route["needs"])]
    if guard.config.preflight:
        stack.append(Middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=route["methods"]))
    guarded: Any = Route(route["path"], handler, methods=route["methods"], middleware=stack)
    if route.get("websocket"):
        guarded = WebSocketRoute(route["path"], live, middleware=stack)
    routes = [Mount(route["prefix"], routes=[guarded])] if "prefix" in route else [guarded]
    outer = []
    if case.get("kind") == "metadata":
        outer.append(Middleware(MetadataMiddleware, guard=guard, metadata=case["metadata"]))
    return Starlette(routes=routes, middleware=outer)
