"""Security headers, unless the handler has set them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credenza_connectors.kit.exchange import Exchange

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_CSP = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
_HSTS = ("Strict-Transport-Security", "max-age=31536000")
_NO_STORE = ("Cache-Control", "no-store")


def missing(exchange: Exchange, fields: Iterable[tuple[str, str]], *, is_https: bool) -> list[tuple[str, str]]:
    """
    Find what an answer lacks.

    Pages have a policy of their own to set; JSON, and an answer without a body, load nothing.
    """
    there = {name.lower(): value for name, value in fields}
    wanted = [*_ALWAYS]
    media_type = there.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type.endswith(("/json", "+json")):
        wanted.append(_CSP)
    if is_https:
        wanted.append(_HSTS)
    if exchange.has_credentials:
        wanted.append(_NO_STORE)
    return [pair for pair in wanted if pair[0].lower() not in there]
