"""A service by ASGI."""

import json
import os
from typing import Any

from credenza import AsyncValidator

validator = AsyncValidator(os.environ["ISSUER"], os.environ["AUDIENCE"])


async def app(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    """Answer whose token it is, and which process this is."""
    if scope["type"] != "http":
        return
    fields = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
    decision = await validator.check(fields)
    headers = [(name.encode(), value.encode()) for name, value in decision.headers]
    status, body = 200, b""
    if decision:
        body = json.dumps({"sub": decision.claims.sub, "pid": os.getpid()}).encode()
    else:
        status = decision.denied.status
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
