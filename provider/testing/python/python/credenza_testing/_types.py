"""What a provider gives to a test."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class User:
    """A person who can sign in."""

    sub: str
    """`sub` of their tokens, at clients that do not ask for pairwise ones."""
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Client:
    """An application that people sign in to, or a service."""

    client_id: str
    client_secret: str | None
    metadata: Mapping[str, Any]
    """All of it, by the names of RFC 7591 and OpenID Connect Registration."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str = ""
    """What was granted; empty for a token without scopes, whose answer has no such member."""
    refresh_token: str | None = None
    id_token: str | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """The answer of an authorization request: give it to the application."""

    url: str
    """Where the browser goes: by GET, or by POST of `form`."""
    form: Mapping[str, str] | None
    """The fields that the browser posts there (`response_mode=form_post`)."""
    params: Mapping[str, str]
    """The parameters of the answer, wherever they travel: query, fragment or form."""
