"""
Links by which somebody signs in once, without a password, by the provider's admin API.

    links = SignInLinks("https://id.example", client_id, client_secret)
    links.create(user_id, mail=True)               # mailed to the verified address of the user
    link = links.create(user_id, mail=False).url   # whoever has it signs in by it
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from credenza_connectors.service.admin import Admin, AsyncAdmin, Call, creating, object_of, segment
from credenza_connectors.service.errors import Unavailable

if TYPE_CHECKING:
    import httpx2

_SCOPE = "admin:users:sign_in_links"


@dataclass(frozen=True)
class SignInLink:
    """A link that was made. It is printed without its URL, which is as good as a password."""

    user_id: str
    """Who signs in by it."""
    expires_at: int
    """Until when it is good, in seconds since 1970."""
    url: str | None = field(default=None, repr=False)
    """The link itself, which is shown this once; `None` where it was mailed."""


def _creating(user_id: str, mail: bool, client_id: str | None, expires_in: int | None, key: str | None) -> Call:
    further = {"client_id": client_id, "expires_in": expires_in}
    body = {"mail": mail, **{name: value for name, value in further.items() if value is not None}}
    return creating(f"/users/{segment(user_id)}/sign-in-links", _SCOPE, body, key)


def _link(answer: httpx2.Response) -> SignInLink:
    found = object_of(answer)
    try:
        return SignInLink(found["user_id"], found["expires_at"], found.get("url"))
    except KeyError as error:
        raise Unavailable("the provider answers with no link", answer.status_code) from error


class SignInLinks(Admin):
    """Links to sign in by, for blocking code."""

    def create(
        self,
        user_id: str,
        *,
        mail: bool,
        client_id: str | None = None,
        expires_in: int | None = None,
        idempotency_key: str | None = None,
    ) -> SignInLink:
        """
        Make a link: mailed to the verified address of the user, or else with its `url` in the answer.

        It is good for `expires_in` seconds (600 without it), and leads to the client, or to their account. Raises
        `NotFound`, `Conflict` for a user who is disabled or has no verified address, and other kinds of `ServiceError`.
        """
        return _link(self._do(_creating(user_id, mail, client_id, expires_in, idempotency_key)))


class AsyncSignInLinks(AsyncAdmin):
    """Links to sign in by, for coroutines of asyncio."""

    async def create(
        self,
        user_id: str,
        *,
        mail: bool,
        client_id: str | None = None,
        expires_in: int | None = None,
        idempotency_key: str | None = None,
    ) -> SignInLink:
        """Make a link; `SignInLinks.create` says more."""
        return _link(await self._do(_creating(user_id, mail, client_id, expires_in, idempotency_key)))
