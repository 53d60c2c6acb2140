"""The debug mode tells the client why; without it only the log is told. The token is in neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .case import allowed, bearer, case, challenge, discovering, refused, request, route
from .tokens import Json, token

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Debug mode: the rule and what it found in the answer; otherwise in the log alone"

DEBUG = {"debug": True}
NEEDS = route(methods=("GET", "HEAD"), needs={"scopes": ["orders:read"]})


def told(step: Json) -> Json:
    """The step with the rule in its body."""
    headers = {**step["response"]["headers"], "Content-Type": "application/json"}
    response = {**step["response"], "headers": headers, "body": {"rule": step["log"]["rule"]}}
    return {**step, "response": response}


def cases() -> Iterator[Json]:
    lacks = refused(request(bearer(scope="a")), "scope", challenge("scope", scope="orders:read"))
    missing = refused(request(), "token_missing", challenge("token_missing", scope="orders:read"))
    other = refused(request(bearer(aud="https://other.example")), "aud")
    log = {**other["log"], "kid": "es256-1", "iss": "https://id.example", "exp": 1_800_000_290}
    yield case("debug_scope", "403 with the rule.", told(lacks), allowed(request(bearer())), route=NEEDS, guard=DEBUG)
    yield case("debug_missing", "401 with the rule.", told(missing), route=NEEDS, guard=DEBUG)
    yield case(
        "debug_audience", "What the token says of itself is logged too.", told({**other, "log": log}), guard=DEBUG
    )
    yield case(
        "debug_malformed",
        "400 with the rule.",
        told(refused(request(bearer(), bearer()), "credentials_many")),
        guard=DEBUG,
    )
    yield case(
        "debug_unavailable",
        "503 with the rule.",
        told(refused(request(bearer()), "keys_unavailable")),
        settings=discovering(),
        guard=DEBUG,
    )
    head = refused(request(method="HEAD"), "token_missing", challenge("token_missing", scope="orders:read"))
    yield case("debug_head", "HEAD has no body.", head, route=NEEDS, guard=DEBUG)
    yield case(
        "debug_off",
        "Without it, the body is empty, and the log has as much.",
        {**other, "log": log},
        allowed(request(bearer())),
    )
    query = request(bearer(exp=1), path=f"/orders?code=secret&access_token={token()}")
    yield case("debug_query", "The query of the URL is in neither.", told(refused(query, "exp")), guard=DEBUG)
