"""
Lists in pages.

    page = pages.read(query, route="/items", caller=caller, filters=("kind",))
    rows = find(kind, after=page.after, limit=page.limit + 1)
    return pages.answer(page, rows, position=lambda row: row["id"])
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, quote, urlencode

from credenza import SettingsError

from credenza_connectors.kit.exchange import add_field
from credenza_connectors.kit.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from credenza_connectors.caller import Caller

T = TypeVar("T")

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a request asks for."""

    limit: int
    """How many items it may have."""
    after: Any
    """The position behind which it begins, as `answer` was told; `None` for the first one."""
    filters: dict[str, str]
    """The filters of the request."""
    route: str
    bound_to: str


class Pages:
    """Reads what a request asks for, and writes the envelope. Cursors are good for one caller, route and filter."""

    def __init__(self, secret: str | bytes | Sequence[str | bytes], *, usual: int = 50, most: int = 200) -> None:
        """
        Take the secret that protects cursors, of 32 bytes or more, the same on every node.

        Of several, the first makes cursors, and all read them, so that a secret can be replaced.
        """
        listed = [secret] if isinstance(secret, (str, bytes)) else list(secret)
        raw = [one.encode() if isinstance(one, str) else one for one in listed]
        if not raw or any(len(one) < 32 for one in raw):
            raise SettingsError("secret", "has to have 32 bytes at least")
        # A key of its own, as the same secret may seal other things.
        self._keys = [hmac.digest(one, b"credenza-connectors cursors", "sha256") for one in raw]
        self._usual = usual
        self._most = most

    def read(
        self, query: str | bytes, *, route: str, caller: Caller | None = None, filters: Iterable[str] = ()
    ) -> Page:
        """
        Read `limit`, `cursor` and the filters from the query of a request.

        Raises the problems `invalid_limit`, `invalid_cursor` and, where a filter comes twice, `invalid_filter` (400).
        """
        text = query.decode("latin-1") if isinstance(query, bytes) else query
        given = parse_qs(text, keep_blank_values=True, max_num_fields=100)
        chosen: dict[str, str] = {}
        for name in filters:
            values = given.get(name, [])
            if len(values) > 1:
                raise Problem(400, "invalid_filter", title="A filter comes twice", parameter=name)
            if values:
                chosen[name] = values[0]
        bound_to = _binding(route, caller, chosen)
        cursors = given.get("cursor", [])
        after = None if not cursors else self._opened(cursors, bound_to)
        return Page(self._limit(given.get("limit", [])), after, chosen, route, bound_to)

    def _limit(self, given: list[str]) -> int:
        if not given:
            return self._usual
        (text, *others) = given
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
        if others or not 1 <= number <= self._most:
            title = f"The limit has to be a number from 1 to {self._most}"
            raise Problem(400, "invalid_limit", title=title)
        return number

    def answer(self, page: Page, rows: Sequence[T], *, position: Callable[[T], Any]) -> dict[str, Any]:
        """
        Write the envelope: `items` and `next_cursor`, with a `Link` to the next page in the answer (RFC 8288).

        Of the rows, one more than the limit tells that there is a next page, which begins behind the `position` of the
        last item of this one.
        """
        items = list(rows[: page.limit])
        if len(rows) <= page.limit:
            return {"items": items, "next_cursor": None}
        cursor = self._sealed(position(items[-1]), page.bound_to)
        query = urlencode({**page.filters, "limit": page.limit, "cursor": cursor}, quote_via=quote)
        add_field("Link", f'<{quote(page.route)}?{query}>; rel="next"')
        return {"items": items, "next_cursor": cursor}

    def _sealed(self, after: Any, bound_to: str) -> str:
        payload = json.dumps(after, separators=(",", ":")).encode()
        return urlsafe_b64encode(_mac(self._keys[0], payload, bound_to) + payload).decode().rstrip("=")

    def _opened(self, given: list[str], bound_to: str) -> Any:
        text = given[0]
        if len(given) == 1 and len(text) <= _LONGEST and text.isascii():
            try:
                raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            except ValueError:
                raw = b""
            mac, payload = raw[:32], raw[32:]
            if any(hmac.compare_digest(mac, _mac(key, payload, bound_to)) for key in self._keys):
                return json.loads(payload)
        raise Problem(400, "invalid_cursor", title="The cursor is none of this list")


def _binding(route: str, caller: Caller | None, filters: dict[str, str]) -> str:
    who = None if caller is None else [caller.claims.iss, caller.sub, caller.client_id]
    return json.dumps([route, who, sorted(filters.items())])


def _mac(key: bytes, payload: bytes, bound_to: str) -> bytes:
    return hmac.digest(key, hashlib.sha256(bound_to.encode()).digest() + payload, "sha256")
