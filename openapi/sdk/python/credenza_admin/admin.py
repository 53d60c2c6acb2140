"""The admin API of one tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from credenza_admin.calls import Calls
from credenza_admin.facts import Apis
from credenza_admin.tokens import TokenSource


class Admin(Apis):
    """The operations, by what they are about: ``users``, ``clients``, ``tenants`` and the like.

    :param issuer: the issuer of the tenant, such as ``https://id.example.com/t/acme``; the API of the default tenant has
        what is about the installation too
    :param tokens: usually a :class:`~credenza_admin.tokens.ServiceAccount`
    :param attempts: how often a call is tried in all; 1 tries nothing again
    """

    def __init__(self, issuer: str, tokens: TokenSource, *, attempts: int = 4) -> None:
        super().__init__(Calls(issuer, tokens, attempts=attempts))


class Versioned(Protocol):
    """What people edit has a version."""

    version: int


def etag(record: Versioned) -> str:
    """The entity tag of what was read, for ``if_match``."""
    return f'"{record.version}"'


def paginate(operation: Callable[..., Any], **parameters: Any) -> Iterator[Any]:
    """Every item of a list, page by page as they are needed: ``paginate(admin.users.list_users, limit=200)``."""
    cursor = None
    while True:
        page = operation(**parameters, cursor=cursor) if cursor else operation(**parameters)
        yield from page.items
        cursor = page.next_cursor
        if not cursor:
            return
