"""Opaque tokens: the issuer is asked (RFC 7662)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .case import ALGS, allowed, answer, bearer, caller, case, challenge, refused, request, route, settings
from .tokens import CLIENTS, ISSUER, NOW, Json, proof, thumbprint, usual_claims

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Introspection of opaque tokens: active, inactive, for others, the issuer down"

ENDPOINT = f"{ISSUER}/introspect"
ASKING = settings(introspection={"client_id": "rs", "client_secret": "s", "endpoint": ENDPOINT})
OPAQUE = bearer("opaque-1")


def active(**claims: Any) -> Json:
    return answer({"active": True, **usual_claims(**claims)})


def of(name: str, about: str, response: Any, *steps: Json, **more: Any) -> Json:
    responses = {ENDPOINT: response}
    return case(f"introspection_{name}", about, *steps, **{"settings": ASKING, "responses": responses, **more})


def cases() -> Iterator[Json]:
    inactive = answer({"active": False})
    yield of(
        "active",
        "The answer has the caller.",
        active(roles=["editor"], tenant="acme"),
        allowed(request(OPAQUE), caller(roles=["editor"], tenant="acme")),
    )
    yield of(
        "once",
        "An answer is kept for ten seconds: requests do not wait for the issuer.",
        active(),
        *[allowed(request(OPAQUE))] * 4,
        fetches={ENDPOINT: 1},
    )
    yield of("inactive", "401 as for any bad token.", inactive, refused(request(OPAQUE), "inactive"))
    yield of(
        "revoked_meanwhile",
        "After ten seconds the issuer is asked again.",
        [active(), inactive],
        allowed(request(OPAQUE)),
        {**refused(request(OPAQUE), "inactive"), "now": NOW + 11},
    )
    yield of(
        "another_audience",
        "Active, and for another service.",
        active(aud="https://other.example"),
        refused(request(OPAQUE), "aud"),
    )
    yield of(
        "scope",
        "Needs are those of any token.",
        active(scope="profile"),
        refused(request(OPAQUE), "scope", challenge("scope", scope="orders:read")),
        route=route(needs={"scopes": ["orders:read"]}),
    )
    for name, response in {
        "down": {"fails": True},
        "status_401": answer("{}", status=401),
        "html": answer("<html>", "text/html"),
    }.items():
        yield of(
            name,
            "No answer: 503, and never a request that passes.",
            response,
            refused(request(OPAQUE), "introspection_unavailable"),
            allowed(request(bearer())),
            attacks=("A251",),
        )
    yield of("jwt_beside", "A JWT is checked here.", {"fails": True}, allowed(request(bearer())), fetches={ENDPOINT: 0})
    yield of("machine", "A client without a user.", active(sub=None), allowed(request(OPAQUE), caller(sub=None)))
    own = "opaque-2"
    sent = request(("Authorization", f"DPoP {own}"), ("DPoP", proof(own)))
    told = challenge("dpop_missing", "DPoP", algs=ALGS)
    yield of(
        "dpop",
        "The answer says what the token is bound to (RFC 9449 section 6.2).",
        active(cnf={"jkt": thumbprint(CLIENTS)}),
        refused(request(("Authorization", f"DPoP {own}")), "dpop_missing", told),
        allowed(sent),
        settings={**ASKING, "dpop": {"algorithms": [ALGS]}},
        guard={"origin": "https://api.example"},
    )
    yield case(
        "introspection_not_set",
        "Without introspection an opaque token is malformed.",
        refused(request(OPAQUE), "token_malformed"),
    )
