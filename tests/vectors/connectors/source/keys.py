"""The issuer's metadata and keys behind a guard: fetched once, not for each request; away and back; rotated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .case import allowed, answer, bearer, case, discovering, published, refused, request, route
from .tokens import ISSUER, NOW, OWN, Json, jwks, token

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Discovery and keys: fetched once, recovered after a start while the issuer is down, rotated, stale on error"

METADATA = f"{ISSUER}/.well-known/openid-configuration"
KEYS = f"{ISSUER}/jwks"
LONG = bearer(exp=NOW + 100_000)
FAILS: Json = {"fails": True}


def at(seconds: int, step: Json) -> Json:
    return {**step, "now": NOW + seconds}


def cases() -> Iterator[Json]:
    good = allowed(request(LONG))
    away = refused(request(LONG), "keys_unavailable")
    yield case(
        "keys_two_settings",
        "Issuer and audience are enough; metadata and keys are fetched once for all requests.",
        *[allowed(request(bearer()))] * 6,
        refused(request(bearer(exp=1)), "exp"),
        settings=discovering(),
        responses=published(),
        fetches={METADATA: 1, KEYS: 1},
    )
    yield case(
        "keys_nothing_without_a_token",
        "A request without a token causes no fetch.",
        refused(request(), "token_missing"),
        refused(request(("Authorization", "Bearer")), "credentials_many"),
        settings=discovering(),
        responses=published(),
        fetches={METADATA: 0, KEYS: 0},
    )
    yield case(
        "keys_start_while_down",
        "The issuer is down when the service starts: 503 with Retry-After, and it recovers by itself.",
        away,
        at(4, away),
        at(6, good),
        at(7, good),
        settings=discovering(),
        responses={
            METADATA: [FAILS, published()[METADATA]],
            f"{ISSUER}/.well-known/oauth-authorization-server": [FAILS],
            KEYS: published()[KEYS],
        },
        attacks=("A251",),
    )
    bad_documents: dict[str, Json] = {
        "html": answer("<html>sign in</html>", "text/html"),
        "status_500": answer("{}", status=500),
        "not_json": answer("{"),
        "redirect": answer("", status=302),
    }
    for name, document in bad_documents.items():
        yield case(
            f"keys_unavailable_{name}",
            "A set of keys that is none: 503, and never a request that passes.",
            away,
            refused(request(), "token_missing"),
            at(6, good),
            settings=discovering(),
            responses={METADATA: published()[METADATA], KEYS: [document, published()[KEYS]]},
            attacks=("A251", "A236"),
        )
    other = answer({"issuer": "https://other.example", "jwks_uri": KEYS})
    yield case(
        "keys_metadata_of_another_issuer",
        "Metadata that name another issuer are not followed (RFC 8414 section 3.3).",
        away,
        settings=discovering(),
        responses={METADATA: other, f"{ISSUER}/.well-known/oauth-authorization-server": other, KEYS: published()[KEYS]},
        fetches={KEYS: 0},
    )
    second = bearer(token(by="es256-2", exp=NOW + 100_000))
    yield case(
        "keys_rotated",
        "A new key is found when a token names it, after the cool-down.",
        good,
        at(31, allowed(request(second))),
        at(32, good),
        settings=discovering(),
        responses={METADATA: published()[METADATA], KEYS: [answer(jwks(OWN)), answer(jwks(OWN, "es256-2"))]},
        attacks=("A237",),
    )
    unknown = [refused(request(bearer(token({"kid": f"k{number}"}))), "kid") for number in range(5)]
    yield case(
        "keys_unknown_kids_cause_one_fetch",
        "However many tokens name unknown keys, the set is fetched once in a cool-down.",
        good,
        *unknown,
        good,
        settings=discovering(),
        responses=published(),
        fetches={METADATA: 1, KEYS: 1},
        attacks=("A235",),
    )
    yield case(
        "keys_stale_on_error",
        "While the issuer is down, known keys serve for an hour; then nothing passes.",
        good,
        at(700, good),
        at(3500, good),
        at(3700, away),
        settings=discovering(),
        responses={METADATA: published()[METADATA], KEYS: [answer(jwks(OWN)), FAILS]},
        attacks=("A237", "A251"),
    )
    yield case(
        "keys_withdrawn",
        "A key that is withdrawn is refused after ten minutes at most.",
        good,
        at(601, refused(request(LONG), "kid")),
        settings=discovering(),
        responses={METADATA: published()[METADATA], KEYS: [answer(jwks(OWN)), answer(jwks("es256-2"))]},
        attacks=("A237",),
    )
    yield case(
        "keys_head_while_down",
        "A HEAD has the fields of the refusal, and no body.",
        refused(request(LONG, method="HEAD"), "keys_unavailable"),
        settings=discovering(),
        route=route(methods=("GET", "HEAD")),
    )
