"""Upgrades to WebSocket are checked as any request, before the upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .case import ALGS, bearer, caller, case, challenge, discovering, refused, request, route, settings
from .tokens import Json, bound, proof, token

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "WebSocket handshakes: a refusal is a plain HTTP answer, and nothing is upgraded"

UPGRADE = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
]
LIVE: Json = {**route("/live"), "websocket": True}


def handshake(*fields: tuple[str, str], path: str = "/live") -> Json:
    return request(*UPGRADE, *fields, path=path)


def upgraded(asked: Json, who: Json | None) -> Json:
    headers = {"Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}
    return {"request": asked, "response": {"status": 101, "headers": headers, "caller": who}, "log": None}


def of(name: str, about: str, *steps: Json, **more: Any) -> Json:
    handshakes = [{**step, "websocket": True} for step in steps]
    return case(f"websocket_{name}", about, *handshakes, **{"route": LIVE, **more})


def cases() -> Iterator[Json]:
    good = upgraded(handshake(bearer()), caller())
    yield of("good", "A good token is upgraded; the first message has the caller.", good)
    yield of("none", "No token: 401, and no upgrade.", refused(handshake(), "token_missing"), good, attacks=("A246",))
    yield of("expired", "A bad token.", refused(handshake(bearer(exp=1)), "exp"), good)
    needs = {**LIVE, "needs": {"scopes": ["orders:read"]}}
    yield of(
        "scope",
        "A token that lacks a scope: 403.",
        refused(handshake(bearer(scope="a")), "scope", challenge("scope", scope="orders:read")),
        good,
        route=needs,
    )
    yield of("two_fields", "Several tokens: 400.", refused(handshake(bearer(), bearer()), "credentials_many"))
    yield of(
        "in_the_protocol",
        "A token as a subprotocol, or in the query, is none.",
        refused(handshake(("Sec-WebSocket-Protocol", f"bearer, {token()}")), "token_missing"),
        refused(handshake(path=f"/live?access_token={token()}"), "token_missing"),
    )
    yield of(
        "optional",
        "Anonymous without a field; bad credentials are refused.",
        upgraded(handshake(), None),
        good,
        refused(handshake(bearer(exp=1)), "exp"),
        route={**LIVE, "optional": True},
    )
    yield of(
        "issuer_down",
        "503, as for any request.",
        refused(handshake(bearer()), "keys_unavailable"),
        settings=discovering(),
        attacks=("A251",),
    )
    own = bound()
    proven = [("Authorization", f"DPoP {own}"), ("DPoP", proof(own, htu="https://api.example/live"))]
    other = ("DPoP", proof(own, htu="https://api.example/orders"))
    yield of(
        "dpop",
        "A handshake is a GET of an http or https URL (RFC 6455 section 4.1): so is the URL of its proof.",
        upgraded(handshake(*proven), caller()),
        refused(handshake(proven[0], other), "dpop_htu", challenge("dpop_htu", "DPoP", algs=ALGS)),
        settings=settings(dpop={"algorithms": [ALGS]}),
        guard={"origin": "https://api.example"},
    )
