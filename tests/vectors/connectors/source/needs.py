"""What a route asks for: each need, fulfilled and not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .case import ALGS, allowed, bearer, caller, case, challenge, refused, request, route, settings
from .tokens import NOW, Json, bound, proof

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Needs of a route: each of them, with tokens that fulfil it beside tokens that do not"


class Need(NamedTuple):
    """One need, and a token for either outcome."""

    name: str
    needs: Json
    good: Json
    bad: Json
    rule: str
    who: Json = {}
    told: Json = {}


ROLES = {"roles": ["editor", "author"]}
PERMISSIONS = {"permissions": ["orders.read", "orders.write"]}
SCOPES = {"scope": "orders:read orders:write"}

NEEDS = [
    Need(
        "scopes_one", {"scopes": ["orders:read"]}, SCOPES, {"scope": "profile"}, "scope", {}, {"scope": "orders:read"}
    ),
    Need(
        "scopes_all",
        {"scopes": ["orders:read", "orders:write"]},
        SCOPES,
        {"scope": "orders:read"},
        "scope",
        {},
        {"scope": "orders:read orders:write"},
    ),
    Need(
        "scopes_claim_absent",
        {"scopes": ["orders:read"]},
        SCOPES,
        {"scope": None},
        "scope",
        {},
        {"scope": "orders:read"},
    ),
    Need(
        "scopes_claim_empty", {"scopes": ["orders:read"]}, SCOPES, {"scope": ""}, "scope", {}, {"scope": "orders:read"}
    ),
    Need(
        "any_scope",
        {"any_scope": ["orders:admin", "orders:read"]},
        SCOPES,
        {"scope": "profile"},
        "scope",
        {},
        {"scope": "orders:admin orders:read"},
    ),
    Need(
        "scopes_and_any_scope",
        {"scopes": ["orders:read"], "any_scope": ["orders:write", "orders:admin"]},
        SCOPES,
        {"scope": "orders:read"},
        "scope",
        {},
        {"scope": "orders:read orders:write orders:admin"},
    ),
    Need("roles_one", {"roles": ["editor"]}, ROLES, {"roles": ["reader"]}, "role", ROLES),
    Need("roles_all", {"roles": ["editor", "author"]}, ROLES, {"roles": ["editor"]}, "role", ROLES),
    Need("roles_claim_absent", {"roles": ["editor"]}, ROLES, {}, "role", ROLES),
    Need("any_role", {"any_role": ["admin", "editor"]}, ROLES, {"roles": ["reader"]}, "role", ROLES),
    Need(
        "permissions_one",
        {"permissions": ["orders.read"]},
        PERMISSIONS,
        {"permissions": ["orders.list"]},
        "permission",
        PERMISSIONS,
    ),
    Need(
        "permissions_all",
        {"permissions": ["orders.read", "orders.write"]},
        PERMISSIONS,
        {"permissions": ["orders.write"]},
        "permission",
        PERMISSIONS,
    ),
    Need(
        "any_permission",
        {"any_permission": ["orders.write", "orders.admin"]},
        PERMISSIONS,
        {"permissions": ["orders.read"]},
        "permission",
        PERMISSIONS,
    ),
    Need("client_ids", {"client_ids": ["client-0", "client-1"]}, {}, {"client_id": "client-2"}, "client"),
    Need(
        "tenants",
        {"tenants": ["acme", "globex"]},
        {"tenant": "acme"},
        {"tenant": "initech"},
        "tenant",
        {"tenant": "acme"},
    ),
    Need("tenants_claim_absent", {"tenants": ["acme"]}, {"tenant": "acme"}, {}, "tenant", {"tenant": "acme"}),
    Need(
        "organizations",
        {"organizations": ["org-1"]},
        {"org_id": "org-1"},
        {"org_id": "org-2"},
        "organization",
        {"organization": "org-1"},
    ),
    Need("plans", {"plans": ["pro", "team"]}, {"plan": "pro"}, {"plan": "free"}, "plan", {"plan": "pro"}),
    Need(
        "acr_values",
        {"acr_values": ["mfa", "phr"]},
        {"acr": "phr"},
        {"acr": "pwd"},
        "acr",
        {"acr": "phr"},
        {"acr_values": "mfa phr"},
    ),
    Need("acr_claim_absent", {"acr_values": ["mfa"]}, {"acr": "mfa"}, {}, "acr", {"acr": "mfa"}, {"acr_values": "mfa"}),
    Need(
        "max_age", {"max_age": 300}, {"auth_time": NOW - 200}, {"auth_time": NOW - 400}, "max_age", {}, {"max_age": 300}
    ),
    Need(
        "max_age_leeway",
        {"max_age": 300},
        {"auth_time": NOW - 330},
        {"auth_time": NOW - 331},
        "max_age",
        {},
        {"max_age": 300},
    ),
    Need("max_age_claim_absent", {"max_age": 300}, {"auth_time": NOW}, {}, "max_age", {}, {"max_age": 300}),
    Need("max_token_age", {"max_token_age": 60}, {"iat": NOW - 50}, {"iat": NOW - 100}, "max_token_age"),
]


def of_need(need: Need) -> Json:
    who = caller(**need.who, **({"scopes": need.good["scope"].split()} if "scope" in need.good else {}))
    fails = refused(request(bearer(**need.bad)), need.rule, challenge(need.rule, **need.told))
    about = "A token that fulfils the need of the route, one that does not, and the first again."
    good = allowed(request(bearer(**need.good)), who)
    return case(f"needs_{need.name}", about, good, fails, good, route=route(needs=need.needs))


def several() -> Iterator[Json]:
    needs = {"scopes": ["orders:read"], "roles": ["editor"], "organizations": ["org-1"]}
    good: Json = {"roles": ["editor"], "org_id": "org-1"}
    yield case(
        "needs_several_all_hold",
        "Needs of several kinds: each is required.",
        allowed(request(bearer(**good)), caller(roles=["editor"], organization="org-1")),
        refused(request(bearer(**good | {"roles": ["reader"]})), "role"),
        refused(request(bearer(**good | {"org_id": "org-2"})), "organization"),
        refused(request(bearer(**good | {"scope": "profile"})), "scope", challenge("scope", scope="orders:read")),
        route=route(needs=needs),
    )
    yield case(
        "needs_what_another_token_could_fulfil_comes_first",
        "RFC 9470 asks for another sign-in where a scope is what lacks: the scope is told first.",
        refused(request(bearer(scope="profile", acr="pwd")), "scope", challenge("scope", scope="orders:read")),
        refused(request(bearer(acr="pwd")), "acr", challenge("acr", acr_values="mfa")),
        allowed(request(bearer(acr="mfa")), caller(acr="mfa")),
        route=route(needs={"scopes": ["orders:read"], "acr_values": ["mfa"]}),
    )
    yield case(
        "needs_none",
        "A route that asks for nothing takes any good token, and no request without one.",
        allowed(request(bearer(scope=None)), caller(scopes=[])),
        refused(request(), "token_missing"),
    )
    yield case(
        "needs_are_not_judged_before_the_token",
        "Of a bad token nobody learns what the route needs.",
        refused(request(bearer(exp=1, scope="profile")), "exp"),
        route=route(needs={"scopes": ["orders:read"]}),
    )


def sender(**members: Any) -> Json:
    return settings(dpop={"algorithms": [ALGS], **members})


def binding() -> Iterator[Json]:
    own = bound()
    sent = [("Authorization", f"DPoP {own}"), ("DPoP", proof(own))]
    yield case(
        "needs_bound",
        "A route for sender-constrained tokens alone (RFC 9449 section 7.1) refuses a bearer token.",
        allowed(request(*sent)),
        refused(request(bearer()), "binding_missing"),
        settings=sender(),
        guard={"origin": "https://api.example"},
        route=route(needs={"bound": True}),
    )
    yield case(
        "needs_bound_without_dpop",
        "Where DPoP is not supported, and there is no certificate, no token is bound.",
        refused(request(bearer()), "binding_missing"),
        refused(request(*sent), "dpop_scheme"),
        route=route(needs={"bound": True}),
    )


def cases() -> Iterator[Json]:
    yield from map(of_need, NEEDS)
    yield from several()
    yield from binding()
