"""The connector's own pages: in English, without scripts, and with nothing from the request that is not escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from credenza_connectors.login.errors import RETRY_AFTER
from credenza_connectors.login.exchange import NO_STORE, Answer, as_json

if TYPE_CHECKING:
    from credenza_connectors.login.config import Config
    from credenza_connectors.login.errors import SignInFailed
    from credenza_connectors.login.exchange import Exchange

_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors "
_FIELDS = [
    ("Content-Type", "text/html; charset=utf-8"),
    NO_STORE,
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
]
_PAGE = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n</head>\n'
    "<body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n{link}</main>\n</body>\n</html>\n"
)


def sign_in_url(config: Config, return_to: str) -> str:
    """Make the path of the sign-in that comes back to a page."""
    return f"{config.path}/login?return_to={quote(return_to, safe='')}"


def failed(config: Config, failure: SignInFailed) -> Answer:
    """Say why nobody is signed in, and offer to try again."""
    own = None if config.on_error is None else config.on_error(failure)
    link = f'<p><a href="{escape(sign_in_url(config, failure.return_to))}">Sign in again</a></p>\n'
    page = own or _PAGE.format(title="You are not signed in", text=escape(failure.text), link=link)
    more = [("Retry-After", str(RETRY_AFTER))] if failure.status == 503 else []
    # A page of the application's own brings its own styles: its policy is the application's.
    policy = [] if own else [("Content-Security-Policy", _POLICY + "'none'")]
    return Answer(failure.status, [*_FIELDS, *policy, *more], page.encode())


def unavailable(exchange: Exchange) -> Answer:
    """Say that the session cannot be told now. It stays."""
    retry = ("Retry-After", str(RETRY_AFTER))
    if not exchange.is_navigation:
        return as_json(503, {"error": "temporarily_unavailable"}, [retry])
    text = "The sign-in service cannot be reached. Please try again in a moment."
    page = _PAGE.format(title="Not available now", text=text, link="")
    fields = [*_FIELDS, ("Content-Security-Policy", _POLICY + "'none'"), retry]
    return Answer(503, fields, page.encode())


def signed_out(config: Config) -> Answer:
    """Answer in a frame of the provider's (OpenID Connect Front-Channel Logout 1.0)."""
    issuer = urlsplit(config.issuer)
    policy = f"{_POLICY}{issuer.scheme}://{issuer.netloc}"
    page = _PAGE.format(title="Signed out", text="You are signed out here.", link="")
    return Answer(200, [*_FIELDS, ("Content-Security-Policy", policy)], page.encode())


def refused(status: int, error: str, allow: str | None = None) -> Answer:
    """Refuse a request to a route of the connector."""
    return as_json(status, {"error": error}, [("Allow", allow)] if allow else [])
