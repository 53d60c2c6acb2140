"""FastAPI, by the security dependency."""

from typing import Annotated, Any

from cases import settings_of, shown
from fastapi import FastAPI, Security, WebSocket
from fastapi.middleware.cors import CORSMiddleware

from applications.with_starlette import host_of
from credenza_connectors import Caller
from credenza_connectors.fastapi import Guard


def make(case: dict[str, Any]) -> Any:
    settings, route = settings_of(case), case["route"]
    hosts = case.get("guard", {}).get("hosts")
    if hosts:
        settings["issuer_of"] = lambda scope: hosts.get(host_of(scope))
    guard = Guard(**settings)
    needs = dict(route["needs"])
    scopes = needs.pop("scopes", [])
    dependency: Any = guard.needing(**needs) if needs else guard
    if route["optional"]:
        dependency = guard.optional(**needs)
    app = inner = FastAPI()
    if "prefix" in route:
        app = FastAPI()
        app.mount(route["prefix"], inner)
    guard.init_app(inner, metadata=case["metadata"] if case.get("kind") == "metadata" else None)
    if guard.asgi.config.preflight:
        app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=route["methods"])
    wanted = Annotated[Caller | None, Security(dependency, scopes=scopes)]

    async def handler(caller: wanted) -> Any:  # type: ignore[valid-type]
        return shown(caller)

    async def live(socket: WebSocket, caller: wanted) -> None:  # type: ignore[valid-type]
        await socket.accept()
        await socket.send_json(shown(caller))
        await socket.close()

    if route.get("websocket"):
        inner.websocket(route["path"])(live)
    else:
        inner.api_route(route["path"], methods=route["methods"])(handler)
    return app
