"""What a guard reads of a request, whatever the framework."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

_JOINED = re.compile(r",\s*(?=(?:bearer|dpop)(?:\s|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request: what the validator reads of it, and what the log tells."""

    method: str
    target: str
    """The path as it came, escapes and all, with prefixes of mounted applications and without the query."""
    base: str
    """Scheme and host of the URL, where no origin is set."""
    authorization: Sequence[str]
    """The values of all `Authorization` fields."""
    dpop: Sequence[str]
    """The values of all `DPoP` fields."""
    is_preflight: bool
    """Whether it is a CORS preflight, which a browser sends without credentials."""
    own: Any
    """The request as the framework has it, for the functions of the settings."""
    memory: MutableMapping[str, Any]
    """What the server handed over for this one request, in which a guard may leave a note."""
    certificate: str | bytes | None = None
    """The client's certificate, where the server hands it on."""


def from_asgi(scope: MutableMapping[str, Any], own: Any) -> Incoming:
    """Read the scope of an ASGI application: an HTTP request or a WebSocket handshake, which is a GET."""
    authorization: list[str] = []
    dpop: list[str] = []
    host, has_origin, asks_method = "", False, False
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization.append(value.decode("latin-1"))
        elif name == b"dpop":
            dpop.append(value.decode("latin-1"))
        elif name == b"host":
            host = value.decode("latin-1")
        elif name == b"origin":
            has_origin = True
        elif name == b"access-control-request-method":
            asks_method = True
    method = scope.get("method", "GET")
    raw = scope.get("raw_path")
    target = raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"])
    scheme = {"ws": "http", "wss": "https"}.get(scope.get("scheme", "http"), scope.get("scheme", "http"))
    extensions: dict[str, Any] = scope.get("extensions") or {}
    tls: dict[str, Any] = extensions.get("tls") or {}
    chain: Sequence[str] = tls.get("client_cert_chain") or ()
    is_preflight = method == "OPTIONS" and has_origin and asks_method
    certificate = chain[0] if chain else None
    return Incoming(method, target, f"{scheme}://{host}", authorization, dpop, is_preflight, own, scope, certificate)


def from_wsgi(environ: MutableMapping[str, Any], own: Any) -> Incoming:
    """Read the environment of a WSGI application (PEP 3333)."""
    method = environ["REQUEST_METHOD"]
    has_both = "HTTP_ORIGIN" in environ and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    return Incoming(
        method,
        path_of(environ),
        f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}",
        _fields(environ.get("HTTP_AUTHORIZATION")),
        _proofs(environ.get("HTTP_DPOP")),
        method == "OPTIONS" and has_both,
        own,
        environ,
        environ.get("SSL_CLIENT_CERT") or None,
    )


def path_of(environ: MutableMapping[str, Any]) -> str:
    """Find the path as it came. Servers hand it on under one of two names; else it is escaped again."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if raw.startswith("/"):
        return str(raw).partition("?")[0]
    if "://" in raw:
        # The absolute form (RFC 9112 section 3.2.2).
        return urlsplit(raw).path or "/"
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return quote(path.encode("latin-1"))


def _fields(value: str | None) -> Sequence[str]:
    """Part the fields that a WSGI server joined by commas: a second one that could carry a token is one too many."""
    return () if value is None else _JOINED.split(value)


def _proofs(value: str | None) -> Sequence[str]:
    return () if value is None else value.split(",")
