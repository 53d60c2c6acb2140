"""What is taken from a server: the form of `servers/NAME/plan.json`."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Client:
    """A client by its identifier and its secret."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Wanted:
    """One set of tokens, and what is known of it beforehand."""

    name: str
    about: str
    grant: str
    client: Client
    parameters: dict[str, str] = field(default_factory=dict)
    # What a validator has to be set to; none where the access token is for no API of ours.
    audience: str | None = None
    # The rule of RFC 9068 that refuses it; none where it passes without a profile.
    rfc9068: str | None = None
    # Who asks for introspection; none where nobody does.
    introspection: Client | None = None


@dataclass(frozen=True)
class Plan:
    """A server and what is taken from it."""

    server: str
    profile: str
    port: int
    issuer: str
    user: dict[str, str]
    redirect_uri: str
    tokens: list[Wanted]
    # Where a login and consent application answers to the server instead of to the browser (Ory Hydra).
    admin: str | None = None

    @classmethod
    def read(cls, path: Path) -> "Plan":
        """Reads a plan; `{port}` stands for the port in every text."""
        text = path.read_text(encoding="utf-8")
        text = text.replace("{port}", str(json.loads(text)["port"]))
        members = json.loads(text)
        members["tokens"] = [_wanted(one) for one in members["tokens"]]
        return cls(**members)


def _wanted(members: dict[str, Any]) -> Wanted:
    for name in ("client", "introspection"):
        if name in members:
            members[name] = Client(*members[name])
    return Wanted(**members)
