"""Serves an application in one process, as in production: by uvicorn, or, what speaks WSGI, by waitress."""

from __future__ import annotations

import importlib
import sys

sys.path.insert(0, "")


def main() -> None:
    name = sys.argv[1]
    app = importlib.import_module(name).app
    if name in ("with_fastapi", "with_starlette"):
        import socket

        import uvicorn

        listening = socket.create_server(("127.0.0.1", 0))
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, access_log=False, log_level="error")
        uvicorn.Server(config).run([listening])
    else:
        import logging

        from waitress.server import create_server

        logging.getLogger("waitress.queue").setLevel(logging.ERROR)

        server = create_server(app, host="127.0.0.1", port=0, threads=16)
        print(f"http://127.0.0.1:{server.effective_port}", flush=True)
        server.run()


if __name__ == "__main__":
    main()
