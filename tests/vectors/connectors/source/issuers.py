"""Several issuers: one validator for each, chosen by the `iss` that the token states, or by the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .case import allowed, bearer, caller, case, discovering, published, refused, request, route, settings
from .tokens import ISSUER, Json, jwk, jwks, token

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Several issuers: chosen by iss, or by the host; keys of one never vouch for another"

SECOND, THIRD = "https://id-2.example", "https://id-3.example"
FIRST_OWN = settings()
SECOND_OWN = settings(issuer=SECOND, keys=jwks("es256-2"))
UNKNOWN = 'Bearer error="invalid_token", error_description="the token is of another issuer"'


def of_second(**claims: object) -> tuple[str, str]:
    return bearer(token(by="es256-2", iss=SECOND, **claims))


def cases() -> Iterator[Json]:
    yield case(
        "issuers_two",
        "Tokens of both are accepted.",
        allowed(request(bearer())),
        allowed(request(of_second(sub="user-2")), caller(sub="user-2")),
        allowed(request(of_second(sub="user-2")), caller(sub="user-2")),
        settings=FIRST_OWN,
        further=[SECOND_OWN],
    )
    yield case(
        "issuers_unknown",
        "An issuer that no validator has: 401, told as `iss`.",
        refused(request(bearer(iss=THIRD)), "iss", UNKNOWN),
        allowed(request(bearer())),
        settings=FIRST_OWN,
        further=[SECOND_OWN],
        attacks=("A226",),
    )
    yield case(
        "issuers_none_of_several",
        "Without a token, there is one challenge.",
        refused(request(), "token_missing"),
        settings=FIRST_OWN,
        further=[SECOND_OWN],
    )
    yield case(
        "issuers_key_of_the_other",
        "A token that states one issuer, and is signed by a key of the other.",
        refused(request(bearer(token({"kid": "es256-1"}, by="es256-2"))), "signature"),
        refused(request(bearer(token({"kid": "es256-2"}, iss=SECOND))), "signature"),
        refused(request(bearer(token(iss=SECOND))), "kid"),
        allowed(request(of_second())),
        settings=FIRST_OWN,
        further=[SECOND_OWN],
        attacks=("A238",),
    )
    same = settings(issuer=SECOND, keys={"keys": [jwk("es256-2", "es256-1")]})
    yield case(
        "issuers_same_kid",
        "Keys of two issuers under one kid: each is looked up at its own.",
        allowed(request(bearer())),
        allowed(request(bearer(token({"kid": "es256-1"}, by="es256-2", iss=SECOND)))),
        refused(request(bearer(token({"kid": "es256-1"}, by="es256-2"))), "signature"),
        refused(request(bearer(token(iss=SECOND))), "signature"),
        settings=FIRST_OWN,
        further=[same],
        attacks=("A238",),
    )
    spellings = {
        "prefix": "https://id",
        "suffix": f"{ISSUER}.evil.example",
        "slash": f"{ISSUER}/",
        "case": "https://ID.example",
    }
    yield case(
        "issuers_spelling",
        "Names are compared whole.",
        *(refused(request(bearer(iss=iss)), "iss", UNKNOWN) for iss in spellings.values()),
        allowed(request(bearer())),
        settings=FIRST_OWN,
        further=[SECOND_OWN],
        attacks=("A226",),
    )
    yield case(
        "issuers_unreadable",
        "A token whose issuer cannot be read is no reason for a 500.",
        refused(request(bearer("x.y.z")), "token_malformed"),
        refused(request(bearer("opaque")), "token_malformed"),
        refused(request(bearer(iss=None)), "claim_missing"),
        allowed(request(bearer())),
        settings=FIRST_OWN,
        further=[SECOND_OWN],
    )
    yield case(
        "issuers_needs",
        "The needs of a route are those of every issuer's tokens.",
        refused(
            request(of_second(scope="a")),
            "scope",
            'Bearer error="insufficient_scope", error_description="the token lacks a scope", scope="orders:read"',
        ),
        allowed(request(of_second())),
        settings=FIRST_OWN,
        further=[SECOND_OWN],
        route=route(needs={"scopes": ["orders:read"]}),
    )
    yield case(
        "issuers_settings_of_each",
        "Each has settings of its own: names of claims, audience.",
        allowed(request(bearer(roles=["a"], groups=["b"])), caller(roles=["a"])),
        allowed(request(of_second(roles=["a"], groups=["b"], aud="https://other.example")), caller(roles=["b"])),
        refused(request(of_second()), "aud"),
        settings=FIRST_OWN,
        further=[{**SECOND_OWN, "audience": "https://other.example", "claim_names": {"roles": "groups"}}],
    )
    yield case(
        "issuers_one_is_down",
        "One issuer that cannot be asked is no trouble of the other.",
        refused(request(of_second()), "keys_unavailable"),
        allowed(request(bearer())),
        settings=discovering(),
        further=[discovering(issuer=SECOND)],
        responses=published(),
        attacks=("A251",),
    )
    yield case(
        "issuers_by_host",
        "A tenant for each host: the token of one is none at the other.",
        allowed(request(("Host", "one.example"), bearer())),
        allowed(request(("Host", "two.example"), of_second())),
        refused(request(("Host", "two.example"), bearer()), "kid"),
        refused(request(("Host", "one.example"), of_second()), "kid"),
        settings=FIRST_OWN,
        further=[SECOND_OWN],
        guard={"hosts": {"one.example": ISSUER, "two.example": SECOND}},
        attacks=("A238",),
    )
