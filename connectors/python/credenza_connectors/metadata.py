"""The metadata of a protected resource (RFC 9728)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credenza_connectors.config import Config

_WELL_KNOWN = "/.well-known/oauth-protected-resource"

FIELDS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "public, max-age=3600"),
    ("Access-Control-Allow-Origin", "*"),
]
"""The fields of its answer: anybody may read it, in a browser too."""

METHODS = ("GET", "HEAD")


class Metadata(TypedDict, total=False):
    """What an application says of itself (section 2); the rest follows from the settings."""

    resource: str
    """The URL of this service, which is the audience of its tokens; by default the first audience of the settings."""
    scopes_supported: Sequence[str]
    """The scopes that its routes ask for."""
    resource_name: str
    """Its name, for people."""
    resource_documentation: str
    """The URL of a page for developers."""
    resource_policy_uri: str
    """The URL of a page on what its data may be used for."""
    resource_tos_uri: str
    """The URL of its terms of service."""


class Document:
    """The document, and where it is served."""

    def __init__(self, metadata: Metadata, config: Config[Any]) -> None:
        """Complete what the application says by what its guard is set to."""
        first = config.issuers[0]
        resource = metadata.get("resource") or _audience(first["audience"])
        dpop = first.get("dpop")
        members: dict[str, Any] = {
            **metadata,
            "resource": resource,
            "authorization_servers": [settings["issuer"] for settings in config.issuers],
            "bearer_methods_supported": ["header"],
        }
        if dpop and dpop.get("algorithms"):
            members["dpop_signing_alg_values_supported"] = list(dpop["algorithms"])
        if dpop and dpop.get("required"):
            members["dpop_bound_access_tokens_required"] = True
        self.path = _WELL_KNOWN + urlsplit(resource).path.rstrip("/")
        """Where it is served: the path of the resource comes behind the well-known one (section 3.1)."""
        self.body = json.dumps({name: value for name, value in members.items() if value}).encode()


def _audience(audience: str | Sequence[str] | None) -> str:
    if isinstance(audience, str):
        return audience
    return audience[0] if audience else ""
