"""Methods: HEAD, OPTIONS, preflights of CORS, and what a route's own methods are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .case import allowed, bearer, case, challenge, refused, request, route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tokens import Json

ABOUT = "HEAD, OPTIONS, CORS preflights, POST with a body, and streams of events"

NEEDS = {"scopes": ["orders:read"]}
MISSING = challenge("token_missing", scope="orders:read")
ORIGIN = ("Origin", "https://app.example")
ASKED = ("Access-Control-Request-Method", "GET")
SWITCH = {"preflight": True}
BOTH = route(methods=("GET", "OPTIONS"), needs=NEEDS)


def passed_on(asked: Json) -> Json:
    """A preflight that the application's own handling of CORS answers."""
    headers = {"Access-Control-Allow-Origin": "https://app.example", "WWW-Authenticate": None}
    return {"request": asked, "response": {"status": [200, 204], "headers": headers}, "log": None}


def cases() -> Iterator[Json]:
    head = route(methods=("GET", "HEAD"), needs=NEEDS)
    yield case(
        "method_head",
        "HEAD is guarded as GET, with the same fields and no body.",
        refused(request(method="HEAD"), "token_missing", MISSING),
        refused(request(bearer(scope="a"), method="HEAD"), "scope", challenge("scope", scope="orders:read")),
        allowed(request(bearer(), method="HEAD")),
        allowed(request(bearer())),
        route=head,
        attacks=("A246",),
    )
    yield case(
        "method_options",
        "OPTIONS is guarded like any other method.",
        refused(request(method="OPTIONS"), "token_missing", MISSING),
        allowed(request(bearer(), method="OPTIONS"), "none"),
        route=BOTH,
        attacks=("A246",),
    )
    yield case(
        "method_preflight_by_default",
        "A preflight is a request without credentials: refused unless the switch says otherwise.",
        refused(request(ORIGIN, ASKED, method="OPTIONS"), "token_missing", MISSING),
        route=BOTH,
    )
    yield case(
        "method_preflight_passed_on",
        "With the switch it reaches the application's handling of CORS; the request that follows is guarded.",
        passed_on(request(ORIGIN, ASKED, method="OPTIONS")),
        refused(request(ORIGIN), "token_missing", MISSING),
        allowed(request(ORIGIN, bearer())),
        route=BOTH,
        guard=SWITCH,
    )
    no_preflights = {
        "options_alone": request(method="OPTIONS"),
        "without_its_method": request(ORIGIN, method="OPTIONS"),
        "without_its_origin": request(ASKED, method="OPTIONS"),
        "get": request(ORIGIN, ASKED),
    }
    for name, asked in no_preflights.items():
        about = "What only looks like a preflight is refused, also with the switch."
        yield case(
            f"method_no_preflight_{name}",
            about,
            refused(asked, "token_missing", MISSING),
            route=BOTH,
            guard=SWITCH,
            attacks=("A246",),
        )
    yield case(
        "method_preflight_with_bad_credentials",
        "With the switch a preflight needs no credentials, whatever it carries: it reaches nothing but CORS.",
        passed_on(request(ORIGIN, ASKED, bearer(exp=1), method="OPTIONS")),
        route=BOTH,
        guard=SWITCH,
    )
    yield case(
        "method_post",
        "A request with a body; a token in a form is none (RFC 6750 section 2.2 is not supported).",
        {**refused(form("access_token=x"), "token_missing", MISSING)},
        allowed(form("access_token=x", bearer())),
        route=route(methods=("POST",), needs=NEEDS),
    )
    yield case(
        "method_override_is_not_read",
        "A field that names another method changes nothing about what is guarded.",
        refused(request(("X-HTTP-Method-Override", "OPTIONS")), "token_missing", MISSING),
        allowed(request(bearer(), ("X-HTTP-Method-Override", "DELETE"))),
        route=route(needs=NEEDS),
        attacks=("A246",),
    )
    yield case(
        "method_event_stream",
        "A stream of events is checked before its first byte: a refusal is a plain answer.",
        refused(request(("Accept", "text/event-stream")), "token_missing", MISSING),
        refused(request(("Accept", "text/event-stream"), bearer(exp=1)), "exp"),
        allowed(request(("Accept", "text/event-stream"), bearer()), "none"),
        route=route(needs=NEEDS),
    )


def form(body: str, *fields: tuple[str, str]) -> Json:
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    return {**request(kind, ("Content-Length", str(len(body))), *fields, method="POST"), "body": body}
