"""What a session holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Tokens:
    """The tokens of a session, as the token endpoint issued them last."""

    access_token: str
    expires_at: float | None
    """When the access token expires, in seconds since 1970; `None` where the provider does not say."""
    refresh_token: str | None
    id_token: str


@dataclass
class Record:
    """A session, whether it is kept in cookies or in a store."""

    id: str
    sub: str
    sid: str | None
    claims: dict[str, Any]
    """The claims of the ID token, and those of the userinfo endpoint."""
    tokens: Tokens
    started: float
    """When the person signed in, in seconds since 1970."""
    seen: float
    """The last request that was noted, in seconds since 1970."""
    data: dict[str, Any] = field(default_factory=dict)
    """What the application keeps in it."""

    def to_bytes(self) -> bytes:
        """Write it."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Record | None:
        """Read it; `None` when it has another form, as of another version."""
        try:
            members = json.loads(text)
            return cls(**{**members, "tokens": Tokens(**members["tokens"])})
        except (ValueError, TypeError, KeyError):
            return None

    def is_over(self, now: float, lifetime: int, idle: int | None) -> bool:
        """Whether its time is up."""
        return now >= self.started + lifetime or (idle is not None and now >= self.seen + idle)
