"""What attackers send to resource servers, by the ids of `provider/manual/attacks.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .case import allowed, bearer, caller, case, challenge, refused, request, route
from .tokens import NOW, OWN, Json, bare_jwk, base64url, compact, signed, token, usual_claims

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Attacks on resource servers: ways around a route, identity in fields, scopes by substring, forged tokens"

NEEDS = route(needs={"scopes": ["orders:read"]})
MISSING = challenge("token_missing", scope="orders:read")
# Whatever a framework answers to a path that is not the route's: nothing that the route would have answered.
NOT_THERE = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405]


def elsewhere(path: str) -> Json:
    response: Json = {"status": NOT_THERE, "headers": {}}
    return {"request": request(path=path), "response": response}


def cases() -> Iterator[Json]:
    yield from ways_around()
    yield from identities()
    yield from scopes()
    yield from forged()


def ways_around() -> Iterator[Json]:
    paths = [
        "/orders/",
        "//orders",
        "/ORDERS",
        "/./orders",
        "/public/../orders",
        "/public/..%2forders",
        "/orders;x",
        "/orders%23",
        "/orders%00",
        "/%6frders",
        "/orders?x=/public",
        "/orders/.",
        "/orders%2f",
        "/orders%20",
    ]
    for number, path in enumerate(paths):
        yield case(
            f"attack_route_{number:02}",
            f"Another spelling of the path, `{path}`: never an answer of the route without a token.",
            elsewhere(path),
            allowed(request(bearer())),
            route=NEEDS,
            attacks=("A246",),
        )
    fields = {
        "X-Original-URI": "/public",
        "X-Original-URL": "/public",
        "X-Rewrite-URL": "/public",
        "X-Forwarded-Uri": "/public",
    }
    for name, value in fields.items():
        yield case(
            f"attack_route_by_{name.lower()}",
            "A field that names another path changes nothing.",
            refused(request((name, value)), "token_missing", MISSING),
            allowed(request((name, value), bearer())),
            route=NEEDS,
            attacks=("A246",),
        )


def identities() -> Iterator[Json]:
    fields = [
        ("X-User", "admin"),
        ("X-Forwarded-User", "admin"),
        ("X_Forwarded_User", "admin"),
        ("Remote-User", "admin"),
        ("X-Auth-Request-Email", "admin@example.com"),
        ("X-Scopes", "orders:read"),
    ]
    yield case(
        "attack_identity_in_fields",
        "Fields name nobody: without a token 401, with one its caller and no other.",
        refused(request(*fields), "token_missing", MISSING),
        refused(request(*fields, bearer(scope="a")), "scope", challenge("scope", scope="orders:read")),
        allowed(request(*fields, bearer())),
        route=NEEDS,
        attacks=("A247",),
    )
    yield case(
        "attack_identity_on_an_optional_route",
        "Nor on an optional route.",
        allowed(request(*fields), None),
        route=route(optional=True),
        attacks=("A247",),
    )
    yield case(
        "attack_hop_by_hop",
        "A field that asks for Authorization to be dropped does not make a request anonymous.",
        refused(request(("Connection", "close, Authorization"), bearer(exp=1)), "exp"),
        route=route(optional=True),
        attacks=("A247",),
    )
    yield case(
        "attack_underscores",
        "A field with an underscore in its name is another field.",
        refused(
            request(("X_Authorization", bearer()[1]), ("HTTP_AUTHORIZATION", bearer()[1])), "token_missing", MISSING
        ),
        route=NEEDS,
        attacks=("A247",),
    )


def scopes() -> Iterator[Json]:
    texts = [
        "orders:read:none",
        "unorders:read",
        "ORDERS:READ",
        "orders",
        "orders:reads",
        "orders:read,orders:write",
        "orders:read\torders:write",
        "orders:write\norders:read",
    ]
    yield case(
        "attack_scope_by_substring",
        "Scopes are compared whole.",
        *(refused(request(bearer(scope=text)), "scope", challenge("scope", scope="orders:read")) for text in texts),
        allowed(request(bearer(scope="orders:write orders:read")), caller(scopes=["orders:write", "orders:read"])),
        route=NEEDS,
        attacks=("A248",),
    )
    yield case(
        "attack_scope_as_a_list",
        "RFC 9068: scopes are text. A list is malformed, and no scope is taken from it.",
        refused(request(bearer(scope=["orders:read"])), "claims_malformed"),
        route=NEEDS,
        attacks=("A248",),
    )
    yield case(
        "attack_role_by_substring",
        "So are roles.",
        refused(request(bearer(roles=["administrator", "Admin", "admin2", "not admin"])), "role"),
        refused(request(bearer(roles=[["admin"]])), "role"),
        allowed(request(bearer(roles="reader admin")), caller(roles=["reader", "admin"])),
        route=route(needs={"roles": ["admin"]}),
        attacks=("A248",),
    )


def unsigned(alg: str) -> str:
    header = base64url(compact({"alg": alg, "typ": "at+jwt"}))
    return f"{header}.{base64url(compact(usual_claims()))}.{base64url(bytes(64))}"


def forged() -> Iterator[Json]:
    good = allowed(request(bearer()))
    for alg in ("none", "None", "NONE"):
        yield case(
            f"attack_alg_{alg}",
            "An algorithm that signs nothing.",
            refused(request(bearer(unsigned(alg))), "alg"),
            good,
            attacks=("A208",),
        )
    yield case(
        "attack_signature_empty",
        "No signature at all: three segments with nothing in the last are no JWS of this kind.",
        refused(request(bearer(unsigned("none").rpartition(".")[0] + ".")), "token_malformed"),
        good,
        attacks=("A208",),
    )
    carried = token({"jwk": bare_jwk("es256-2"), "kid": None}, by="es256-2")
    yield case(
        "attack_key_in_the_token",
        "A key that the token carries is not used.",
        refused(request(bearer(carried)), "signature"),
        good,
        attacks=("A212",),
    )
    fetched = token({"jku": "https://evil.example/jwks", "kid": "evil"}, by="es256-2")
    yield case(
        "attack_key_by_url",
        "Nor is one fetched from where the token says.",
        refused(request(bearer(fetched)), "kid"),
        good,
        fetches={"https://evil.example/jwks": 0},
        attacks=("A212",),
    )
    head, payload, mark = token().split(".")
    other = base64url(compact(usual_claims(sub="admin")))
    yield case(
        "attack_payload_changed",
        "The claims of another under a good signature.",
        refused(request(bearer(f"{head}.{other}.{mark}")), "signature"),
        good,
        attacks=("A239",),
    )
    zero = f"{head}.{payload}.{base64url(bytes(64))}"
    yield case(
        "attack_signature_zero",
        "r and s of zero.",
        refused(request(bearer(zero)), "signature"),
        good,
        attacks=("A215",),
    )
    twice = compact(usual_claims())[:-1] + b',"sub":"admin"}'
    repeated = signed({"alg": "ES256", "kid": OWN, "typ": "at+jwt"}, twice, OWN)
    yield case(
        "attack_claim_twice",
        "A claim that is there twice.",
        refused(request(bearer(repeated)), "claims_malformed"),
        good,
        attacks=("A222",),
    )
    yield case(
        "attack_time_as_text",
        "A time that is text is no time.",
        refused(request(bearer(exp="9999999999")), "claims_malformed"),
        good,
        attacks=("A223",),
    )
    yield case(
        "attack_audience_prefix",
        "An audience is compared whole.",
        refused(request(bearer(aud="https://api.example.evil")), "aud"),
        refused(request(bearer(aud="https://api.example/")), "aud"),
        allowed(request(bearer(aud=["https://other.example", "https://api.example"]))),
        attacks=("A227",),
    )
    for typ in ("logout+jwt", "dpop+jwt", "JWT", "secevent+jwt"):
        yield case(
            f"attack_typ_{typ.partition('+')[0].lower()}",
            "A token of another kind of the same issuer.",
            refused(request(bearer(token({"typ": typ}))), "typ"),
            good,
            attacks=("A228",),
        )
    yield case(
        "attack_expired_and_forged",
        "The signature is judged before the claims.",
        refused(request(bearer(token({"kid": OWN}, by="es256-2", exp=NOW - 1000))), "signature"),
        good,
        attacks=("A239",),
    )
