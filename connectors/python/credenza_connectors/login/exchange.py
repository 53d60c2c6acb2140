"""A request as the sign-in reads it, and what it adds to the answer; frameworks make the one and send the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from credenza_connectors.login.record import Record

Fields = list[tuple[str, str]]

NO_STORE = ("Cache-Control", "no-store")


@dataclass(frozen=True)
class Answer:
    """An answer of the connector's own."""

    status: int
    fields: Sequence[tuple[str, str]] = ()
    body: bytes = b""


def redirect(url: str, status: int = 302) -> Answer:
    """Send the browser elsewhere."""
    return Answer(status, [("Location", url), NO_STORE])


def as_json(status: int, members: dict[str, Any], fields: Iterable[tuple[str, str]] = ()) -> Answer:
    """Answer with a JSON object."""
    return Answer(status, [("Content-Type", "application/json"), NO_STORE, *fields], json.dumps(members).encode())


class Cookie(NamedTuple):
    """A cookie to set. It is for every path, out of the reach of scripts, and not sent along by other sites."""

    value: str
    seconds: int
    """How long it lasts; 0 removes it."""


@dataclass
class Exchange:
    """One request, and the cookies and session that go with it."""

    method: str
    path: str
    """The path as it came, without the query."""
    query: str
    header: Callable[[str], str | None]
    """A header field by its name, in lower case."""
    body: Callable[[], Awaitable[bytes]]
    cookies: Sequence[tuple[str, str]]
    """All cookies, in the order in which they came."""
    is_secure: bool
    set_cookies: dict[str, Cookie] = field(default_factory=dict)
    """Cookies for the answer, by their name."""
    is_read: bool = False
    """Whether the answer depends on the session."""
    record: Record | None = None
    """The session, once it was read."""

    @property
    def target(self) -> str:
        """Path and query as they came."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def is_navigation(self) -> bool:
        """Whether a person waits for a page, whose browser may be sent to the sign-in."""
        if self.method not in ("GET", "HEAD"):
            return False
        if self.header("sec-fetch-mode") not in (None, "navigate"):
            return False
        return "text/html" in (self.header("accept") or "")

    def parameters(self) -> dict[str, str] | None:
        """Read the query; `None` when a parameter comes twice (RFC 6749 section 3.1)."""
        return once(self.query)

    def values(self, name: str) -> list[str]:
        """All values of a cookie: another site of the same domain may have set a second one."""
        return [value for own, value in self.cookies if own == name]

    def set_cookie(self, name: str, value: str, seconds: int) -> None:
        """Set a cookie; with 0 seconds, remove it."""
        self.set_cookies[name] = Cookie(value, seconds)

    def drop_cookie(self, name: str) -> None:
        """Remove a cookie that the browser has, or that was about to be set."""
        self.set_cookies.pop(name, None)
        if any(own == name for own, _ in self.cookies):
            self.set_cookie(name, "", 0)

    def additions(self) -> Fields:
        """Fields for the answer, whoever makes it: it is no one else's, and not to be stored."""
        if not (self.is_read or self.set_cookies):
            return []
        return [NO_STORE, ("Vary", "Cookie"), *(("Set-Cookie", self._line(name)) for name in self.set_cookies)]

    def _line(self, name: str) -> str:
        cookie, secure = self.set_cookies[name], "; Secure" if self.is_secure else ""
        return f"{name}={cookie.value}; Path=/; Max-Age={cookie.seconds}; HttpOnly; SameSite=Lax{secure}"


def once(query: str) -> dict[str, str] | None:
    """Read a query or a form; `None` when a parameter comes twice, or it cannot be read."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        return None
    found = dict(pairs)
    return found if len(found) == len(pairs) else None


def cookies_of(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Read the fields `Cookie` (RFC 6265 section 5.4)."""
    found: list[tuple[str, str]] = []
    for line in lines:
        for part in line.split(";"):
            name, sign, value = part.strip().partition("=")
            if sign:
                found.append((name.strip(), value.strip()))
    return found


def prefixed(name: str, *, is_secure: bool) -> str:
    """Name a cookie: where there is https, so that no other host can set it (RFC 6265bis section 4.1.3)."""
    return f"__Host-{name}" if is_secure else name
