"""Optional routes: a request without an Authorization field is anonymous, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .case import ALGS, allowed, bearer, case, challenge, discovering, refused, request, route, settings
from .tokens import Json, bound, proof, token

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Optional routes: anonymous without an Authorization field; whatever else is refused as ever"

OPTIONAL = route(optional=True)
MISSING = challenge("token_missing")


def cases() -> Iterator[Json]:
    anonymous = allowed(request(), None)
    yield case("optional_anonymous", "No field at all: there is no caller.", anonymous, route=OPTIONAL)
    yield case(
        "optional_good_token",
        "A good token has its caller.",
        allowed(request(bearer())),
        anonymous,
        allowed(request(bearer())),
        route=OPTIONAL,
    )
    bad = {
        "expired": (bearer(exp=1), "exp"),
        "tampered": (bearer(token()[:-8] + "AAAAAAAA"), "signature"),
        "for_another_audience": (bearer(aud="https://other.example"), "aud"),
        "malformed": (("Authorization", "Bearer"), "credentials_many"),
    }
    for name, (field, rule) in bad.items():
        about = "Bad credentials are refused, and not taken for none."
        yield case(f"optional_{name}", about, refused(request(field), rule), anonymous, route=OPTIONAL)
    for name, value in {"basic": "Basic YTpi", "empty": "", "unknown_scheme": "Token x"}.items():
        about = "A field that is there, of another scheme or empty: not anonymous."
        asked = refused(request(("Authorization", value)), "token_missing", MISSING)
        yield case(f"optional_{name}", about, asked, anonymous, route=OPTIONAL)
    yield case(
        "optional_two_fields",
        "Two fields are too many here too.",
        refused(request(bearer(), bearer()), "credentials_many"),
        route=OPTIONAL,
    )
    yield case(
        "optional_with_needs",
        "Needs are those of callers: nobody is not asked for them.",
        anonymous,
        allowed(request(bearer())),
        refused(request(bearer(scope="profile")), "scope", challenge("scope", scope="orders:read")),
        route=route(optional=True, needs={"scopes": ["orders:read"]}),
    )
    yield case(
        "optional_token_elsewhere",
        "A token in the query or in a cookie is none.",
        allowed(request(("Cookie", f"token={token()}"), path=f"/orders?access_token={token()}"), None),
        route=OPTIONAL,
    )
    yield case(
        "optional_issuer_down",
        "Nobody is anonymous because the issuer cannot be asked; who is anonymous needs no issuer.",
        refused(request(bearer()), "keys_unavailable"),
        anonymous,
        settings=discovering(),
        route=OPTIONAL,
        attacks=("A251",),
    )
    own = bound()
    sent = [("Authorization", f"DPoP {own}"), ("DPoP", proof(own))]
    yield case(
        "optional_dpop",
        "A proof without a token is no credential; a token without its proof is refused.",
        allowed(request(*sent)),
        allowed(request(sent[1]), None),
        refused(request(sent[0]), "dpop_missing", challenge("dpop_missing", "DPoP", algs=ALGS)),
        settings=settings(dpop={"algorithms": [ALGS]}),
        guard={"origin": "https://api.example"},
        route=OPTIONAL,
    )
    yield case(
        "optional_head",
        "HEAD as GET.",
        allowed(request(method="HEAD"), None),
        refused(request(bearer(exp=1), method="HEAD"), "exp"),
        route=route(methods=("GET", "HEAD"), optional=True),
    )
