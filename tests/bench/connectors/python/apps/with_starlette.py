"""Starlette: a bare route, the guard's middleware; there is no usual one."""

import os

from credenza_connectors.asgi import AsgiGuard, GuardMiddleware, caller_of
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

guard = AsgiGuard(os.environ["ISSUER"], "https://api.example")


async def bare(request: Request) -> PlainTextResponse:
    return PlainTextResponse("user")


async def guarded(request: Request) -> PlainTextResponse:
    caller = caller_of(request.scope)
    return PlainTextResponse(caller.sub if caller is not None else None)


stack = [Middleware(GuardMiddleware, guard=guard, scopes=["orders:read"])]
app = Starlette(routes=[Route("/bare", bare), Route("/guarded", guarded, middleware=stack)])
