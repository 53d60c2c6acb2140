"""
Invitations to make an account, by the provider's admin API. The link is in the mail alone.

    invitations = Invitations("https://id.example", client_id, client_secret)
    invitations.create("grace@example.com", locale="de")
    pending = [one for one in invitations.list() if one["state"] == "pending"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from typing_extensions import Unpack

from credenza_connectors.service.admin import Admin, AsyncAdmin, Call, creating, object_of, segment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    import httpx2

_READ, _WRITE = "admin:invitations:read", "admin:invitations:write"


class ClientRole(TypedDict):
    """A role at a client."""

    client_id: str
    role: str


class NewInvitation(TypedDict, total=False):
    """What an account gets, and where the person goes on to."""

    username: str
    """The name that is proposed; the address, or what the person chooses, without it."""
    claims: Mapping[str, Any]
    """Standard claims without `email`, which the invitation proves."""
    groups: Sequence[str]
    """Ids of groups; this needs `admin:groups:write` too."""
    roles: Sequence[ClientRole]
    """This needs `admin:roles:write` too."""
    client_id: str
    """The application that the person goes on to."""
    locale: str
    """The language of the mail (BCP 47)."""
    expires_in: int
    """How many seconds the link is good; as the tenant says without it."""


class Invitation(TypedDict):
    """An invitation as the admin API shows it. Times are in seconds since 1970."""

    invitation_id: str
    email: str
    username: str | None
    claims: dict[str, Any]
    groups: list[str]
    roles: list[ClientRole]
    client_id: str | None
    locale: str | None
    state: Literal["pending", "accepted", "revoked", "expired"]
    invited_by: str | None
    """Who has invited, such as `client:` and its id; `None` for the command line on the server."""
    created_at: int
    sent_at: int
    expires_at: int
    accepted_at: int | None
    revoked_at: int | None
    user_id: str | None
    """The account that was made with it."""


def _creating(email: str, key: str | None, members: NewInvitation) -> Call:
    return creating("/invitations", _WRITE, {"email": email, **members}, key)


def _one(method: str, invitation_id: str, scope: str, *, action: str = "") -> Call:
    return Call(method, f"/invitations/{segment(invitation_id)}{action}", scope, {})


def _listing(cursor: str | None) -> Call:
    return Call("GET", "/invitations", _READ, {"params": {} if cursor is None else {"cursor": cursor}})


def _invitation(answer: httpx2.Response) -> Invitation:
    return cast("Invitation", object_of(answer))


def _page(answer: httpx2.Response) -> tuple[list[Invitation], str | None]:
    """Read a page, and the cursor of the next one."""
    page = object_of(answer)
    return cast("list[Invitation]", page.get("items", [])), page.get("next_cursor")


class Invitations(Admin):
    """Invitations, for blocking code."""

    def create(self, email: str, *, idempotency_key: str | None = None, **members: Unpack[NewInvitation]) -> Invitation:
        """
        Mail an invitation; whether the address has an account is not said, and it may be invited again.

        Raises `Invalid`, `Conflict` where no mail is sent, and other kinds of `ServiceError`.
        """
        return _invitation(self._do(_creating(email, idempotency_key, members)))

    def get(self, invitation_id: str) -> Invitation:
        """Get an invitation, and what became of it. Raises `NotFound`."""
        return _invitation(self._do(_one("GET", invitation_id, _READ)))

    def resend(self, invitation_id: str) -> Invitation:
        """Mail it again, also an expired one; the link before is dead. Raises `NotFound`, or `Conflict` if over."""
        return _invitation(self._do(_one("POST", invitation_id, _WRITE, action="/resend")))

    def revoke(self, invitation_id: str) -> Invitation:
        """Take it back: its link is dead. Raises `NotFound`, or `Conflict` if over."""
        return _invitation(self._do(_one("POST", invitation_id, _WRITE, action="/revoke")))

    def list(self) -> Iterator[Invitation]:
        """Go through all of them, the oldest first; a page is asked for when it is reached."""
        cursor: str | None = None
        while True:
            items, cursor = _page(self._do(_listing(cursor)))
            yield from items
            if cursor is None:
                return


class AsyncInvitations(AsyncAdmin):
    """Invitations, for coroutines of asyncio."""

    async def create(
        self, email: str, *, idempotency_key: str | None = None, **members: Unpack[NewInvitation]
    ) -> Invitation:
        """Mail an invitation; `Invitations.create` says more."""
        return _invitation(await self._do(_creating(email, idempotency_key, members)))

    async def get(self, invitation_id: str) -> Invitation:
        """Get an invitation, and what became of it. Raises `NotFound`."""
        return _invitation(await self._do(_one("GET", invitation_id, _READ)))

    async def resend(self, invitation_id: str) -> Invitation:
        """Mail it again, also an expired one; the link before is dead. Raises `NotFound`, or `Conflict` if over."""
        return _invitation(await self._do(_one("POST", invitation_id, _WRITE, action="/resend")))

    async def revoke(self, invitation_id: str) -> Invitation:
        """Take it back: its link is dead. Raises `NotFound`, or `Conflict` if over."""
        return _invitation(await self._do(_one("POST", invitation_id, _WRITE, action="/revoke")))

    async def list(self) -> AsyncIterator[Invitation]:
        """Go through all of them, the oldest first; a page is asked for when it is reached."""
        cursor: str | None = None
        while True:
            items, cursor = _page(await self._do(_listing(cursor)))
            for item in items:
                yield item
            if cursor is None:
                return
