"""Servers in threads of this process, whose application is exchanged for each case."""

from __future__ import annotations

import asyncio
import socketserver
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any
from wsgiref import simple_server

import uvicorn
from werkzeug import serving

App = Any


class AsgiServer:
    """Uvicorn."""

    websockets = "websockets-sansio"

    def __init__(self) -> None:
        self.app: App = None
        config = uvicorn.Config(
            self._serve, port=0, interface="asgi3", log_level="error", ws=self.websockets, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.port: int = self._server.servers[0].sockets[0].getsockname()[1]

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        self._loop = asyncio.get_running_loop()
        await self.app(scope, receive, send)

    def settle(self) -> None:
        """Wait for what validators fetch in the background."""
        if self._loop is not None:
            done: Future[None] = asyncio.run_coroutine_threadsafe(_background(), self._loop)
            done.result(60)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


class PlainAsgiServer(AsgiServer):
    """Uvicorn for applications that have no WebSockets: to them, a handshake is a request."""

    websockets = "none"


async def _background() -> None:
    flights = [task for task in asyncio.all_tasks() if task.get_name().startswith("credenza-")]
    await asyncio.gather(*flights, return_exceptions=True)


class _Wsgi:
    """A WSGI server."""

    port: int

    def __init__(self) -> None:
        self.app: App = None
        self._server = self._make()
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def _make(self) -> Any:
        raise NotImplementedError

    def _serve(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        answer: Iterable[bytes] = self.app(environ, start)
        return answer

    def settle(self) -> None:
        for thread in threading.enumerate():
            if thread.name == "credenza-fetch":
                thread.join()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class WsgirefServer(_Wsgi):
    """The server of the standard library, which hands no raw path on."""

    def _make(self) -> Any:
        class Quiet(simple_server.WSGIRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

        class Threads(socketserver.ThreadingMixIn, simple_server.WSGIServer):
            daemon_threads = True

        return simple_server.make_server("127.0.0.1", 0, self._serve, Threads, Quiet)


class WerkzeugServer(_Wsgi):
    """The server that Flask develops with, which hands the raw path on."""

    def _make(self) -> Any:
        class Quiet(serving.WSGIRequestHandler):
            def log(self, *_: object) -> None:
                pass

        return serving.make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=Quiet)
