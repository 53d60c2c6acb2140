"""Credentials: none, several, malformed, and those of other schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .case import ALGS, allowed, bearer, case, challenge, refused, request, route, settings
from .tokens import NOW, OWN, Json, bound, jwks, proof, token

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Credentials of a request: missing, malformed, several, of another scheme, and tokens that are bad"

GOOD = bearer()
MISSING = challenge("token_missing", scope="orders:read")
NEEDS = route(needs={"scopes": ["orders:read"]})

# RFC 6750 section 3.1: what is none, 401 without an error; what is malformed, 400.
NONE = {
    "none": [],
    "basic": [("Authorization", "Basic YTpi")],
    "digest": [("Authorization", 'Digest username="a"')],
    "empty": [("Authorization", "")],
    "unknown_scheme": [("Authorization", f"Token {token()}")],
    "scheme_that_begins_like_bearer": [("Authorization", f"Bearerx {token()}")],
    "bare_token": [("Authorization", token())],
    "in_another_field": [("X-Authorization", f"Bearer {token()}")],
    "in_a_cookie": [("Cookie", f"Authorization={token()}; access_token={token()}")],
    "proxy_authorization": [("Proxy-Authorization", f"Bearer {token()}")],
}
MALFORMED = {
    "two_fields": [GOOD, GOOD],
    "two_fields_first_of_another_scheme": [("Authorization", "Basic YTpi"), GOOD],
    "two_fields_second_of_another_scheme": [GOOD, ("Authorization", "Basic YTpi")],
    "scheme_alone": [("Authorization", "Bearer")],
    "two_tokens": [("Authorization", f"Bearer {token()} {token()}")],
    "comma": [("Authorization", f"Bearer {token()},{token()}")],
    "quoted": [("Authorization", f'Bearer "{token()}"')],
    "bearer_twice": [("Authorization", f"Bearer Bearer {token()}")],
}
GOOD_SPELLINGS = {
    "lower_case": ("Authorization", f"bearer {token()}"),
    "upper_case": ("Authorization", f"BEARER {token()}"),
    "several_spaces": ("Authorization", f"Bearer   {token()}"),
    "field_name_in_upper_case": ("AUTHORIZATION", f"Bearer {token()}"),
    "field_name_in_lower_case": ("authorization", f"Bearer {token()}"),
}
# A token that is bad, and the rule that says so.
BAD = {
    "not_a_jwt": (bearer("opaque"), "token_malformed"),
    "four_parts": (bearer(token() + ".x"), "token_malformed"),
    "expired": (bearer(exp=NOW - 31), "exp"),
    "not_yet_valid": (bearer(nbf=NOW + 31), "nbf"),
    "issued_in_the_future": (bearer(iat=NOW + 31), "iat"),
    "of_another_issuer": (bearer(iss="https://other.example"), "iss"),
    "for_another_audience": (bearer(aud="https://other.example"), "aud"),
    "without_an_audience": (bearer(aud=None), "claim_missing"),
    "without_an_expiry": (bearer(exp=None), "claim_missing"),
    "without_a_subject": (bearer(sub=None), "claim_missing"),
    "of_an_id_token": (bearer(token({"typ": "JWT"})), "typ"),
    "of_an_unknown_key": (bearer(token(by="es256-2")), "kid"),
    "signed_by_another_key": (bearer(token({"kid": OWN}, by="es256-2")), "signature"),
    "tampered": (bearer(token()[:-8] + "AAAAAAAA"), "signature"),
    "cut_short": (bearer(token().rpartition(".")[0]), "token_malformed"),
    "with_an_extension": (bearer(token({"crit": ["x"], "x": 1})), "crit"),
    "too_long": (bearer(filling="x" * 17_000), "token_too_long"),
}


def cases() -> Iterator[Json]:
    good = allowed(request(GOOD))
    for name, fields in NONE.items():
        about = "Counts as no token: 401 with what is needed, and no error code."
        yield case(
            f"credentials_none_{name}", about, refused(request(*fields), "token_missing", MISSING), good, route=NEEDS
        )
    for name, fields in MALFORMED.items():
        about = "400 with invalid_request; no token of it is tried."
        yield case(
            f"credentials_malformed_{name}", about, refused(request(*fields), "credentials_many"), good, route=NEEDS
        )
    for name, field in GOOD_SPELLINGS.items():
        about = "Schemes and names of fields have no case (RFC 9110 sections 5.1 and 11.1)."
        yield case(f"credentials_good_{name}", about, allowed(request(field)), route=NEEDS)
    for name, (field, rule) in BAD.items():
        about = "A bad token: 401 with invalid_token, and not what the route needs."
        yield case(f"token_{name}", about, refused(request(field), rule), good, route=NEEDS)
    yield case(
        "credentials_in_the_query",
        "RFC 6750 section 2.3 is not supported: a token in the URL is none, and is not written to the log.",
        refused(request(path=f"/orders?access_token={token()}"), "token_missing", MISSING),
        allowed(request(GOOD, path="/orders?access_token=other")),
        route=NEEDS,
    )
    own = bound()
    yield case(
        "credentials_bound_token_as_bearer",
        "RFC 9449 section 7.2: a bound token is no bearer token, even where DPoP is not supported.",
        refused(request(bearer(own)), "dpop_scheme"),
        good,
        attacks=("A068",),
    )
    both = [("Authorization", f"DPoP {own}"), ("DPoP", proof(own)), GOOD]
    yield case(
        "credentials_two_schemes",
        "RFC 9449 section 7.2: credentials of two schemes in one request are too many.",
        refused(request(*both), "credentials_many", f"{dpop_told()}, {challenge('credentials_many')}"),
        settings=settings(keys=jwks(OWN), dpop={"algorithms": [ALGS]}),
        guard={"origin": "https://api.example"},
    )


def dpop_told() -> str:
    return challenge("credentials_many", "DPoP", algs=ALGS)
