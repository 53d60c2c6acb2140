"""An HTTP client that sends what it is told, byte for byte."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage = field(repr=False)
    body: bytes

    def all(self, name: str) -> list[str]:
        return self.headers.get_all(name) or []


def send(port: int, request: dict[str, Any], *, is_websocket: bool = False) -> Answer:
    """Send a request. The body of a WebSocket that was upgraded is its first message."""
    fields = [tuple(pair) for pair in request["headers"]]
    names = {name.lower() for name, _ in fields}
    if "host" not in names:
        fields.insert(0, ("Host", f"127.0.0.1:{port}"))
    if "connection" not in names:
        fields.append(("Connection", "close"))
    lines = [f"{request['method']} {request['path']} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1") + request.get("body", "").encode())
        response = http.client.HTTPResponse(connection, method=request["method"])
        response.begin()
        if response.status == 101 and is_websocket:
            return Answer(101, response.headers, _message(response))
        body = response.read()
        response.close()
        return Answer(response.status, response.headers, body)


def _message(response: http.client.HTTPResponse) -> bytes:
    """Read one unmasked frame (RFC 6455 section 5.2)."""
    head = response.fp.read(2)
    length = head[1]
    if length == 126:
        length = int.from_bytes(response.fp.read(2), "big")
    message: bytes = response.fp.read(length)
    response.close()
    return message
