"""Challenges byte for byte: RFC 6750, RFC 9449, RFC 9470, RFC 9728, RFC 9110."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .case import ALGS, allowed, bearer, caller, case, challenge, refused, request, route, settings
from .tokens import NOW, Json, bound

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Challenges byte for byte, with the realm, the metadata of the resource, DPoP, and what a step-up needs"

METADATA = "https://api.example/.well-known/oauth-protected-resource"
NEEDS = route(needs={"scopes": ["orders:read"]})


def told(rule: str, scheme: str = "Bearer", **more: Any) -> str:
    return challenge(rule, scheme, **more)


def cases() -> Iterator[Json]:
    yield case(
        "challenge_realm",
        "The realm comes first (RFC 9110 section 11.5), its quotes escaped.",
        refused(request(), "token_missing", 'Bearer realm="a \\"b\\" c"'),
        refused(
            request(bearer(exp=1)),
            "exp",
            'Bearer realm="a \\"b\\" c", error="invalid_token", error_description="the token has expired"',
        ),
        settings=settings(realm='a "b" c'),
    )
    yield case(
        "challenge_resource_metadata",
        "RFC 9728 section 5.1: in every challenge.",
        refused(request(), "token_missing", f'Bearer scope="orders:read", resource_metadata="{METADATA}"'),
        refused(request(bearer(exp=1)), "exp", told("exp", resource_metadata=METADATA)),
        refused(request(bearer(scope="a")), "scope", told("scope", scope="orders:read", resource_metadata=METADATA)),
        refused(request(bearer(), bearer()), "credentials_many", told("credentials_many", resource_metadata=METADATA)),
        allowed(request(bearer())),
        settings=settings(resource_metadata=METADATA),
        route=NEEDS,
    )
    yield case(
        "challenge_all_parameters",
        "Realm, error, description, scope and metadata, in this order.",
        refused(
            request(bearer(scope="a")),
            "scope",
            'Bearer realm="orders", error="insufficient_scope", error_description="the token lacks a scope", '
            f'scope="orders:read", resource_metadata="{METADATA}"',
        ),
        settings=settings(resource_metadata=METADATA, realm="orders"),
        route=NEEDS,
    )
    yield case(
        "challenge_of_both_schemes",
        "Where DPoP is supported, a request without credentials is told both schemes (RFC 9449 section 7.1).",
        refused(request(), "token_missing", f'DPoP scope="orders:read", algs="{ALGS}", Bearer scope="orders:read"'),
        refused(request(bearer(exp=1)), "exp"),
        refused(request(("Authorization", f"DPoP {bound(exp=1)}")), "exp", told("exp", "DPoP", algs=ALGS)),
        settings=settings(dpop={"algorithms": [ALGS]}),
        route=NEEDS,
    )
    yield case(
        "challenge_of_dpop_alone",
        "Where DPoP is required, nobody is told of bearer tokens.",
        refused(request(), "token_missing", f'DPoP scope="orders:read", algs="{ALGS}"'),
        refused(request(bearer()), "dpop_required", told("dpop_required", "DPoP", algs=ALGS)),
        settings=settings(dpop={"algorithms": [ALGS], "required": True}),
        route=NEEDS,
    )
    yield case(
        "challenge_of_a_bound_token_as_bearer",
        "RFC 9449 section 7.2: told in both schemes, as the one of the request does not fit.",
        refused(
            request(bearer(bound())), "dpop_scheme", f"{told('dpop_scheme', 'DPoP', algs=ALGS)}, {told('dpop_scheme')}"
        ),
        settings=settings(dpop={"algorithms": [ALGS]}),
        attacks=("A068",),
    )
    yield case(
        "challenge_of_a_missing_proof",
        "RFC 9449 section 7.1.",
        refused(request(("Authorization", f"DPoP {bound()}")), "dpop_missing", told("dpop_missing", "DPoP", algs=ALGS)),
        settings=settings(dpop={"algorithms": [ALGS]}),
    )
    yield case(
        "challenge_several_algorithms",
        "They are separated by spaces, in the order of the settings.",
        refused(request(), "token_missing", 'DPoP algs="ES256 EdDSA", Bearer'),
        settings=settings(dpop={"algorithms": ["ES256", "EdDSA"]}),
    )
    yield from step_up()
    yield from of_needs()


def step_up() -> Iterator[Json]:
    yield case(
        "challenge_step_up_acr",
        "RFC 9470 section 3: which contexts would do; 401, as another sign-in helps.",
        refused(request(bearer(acr="pwd", auth_time=NOW)), "acr", told("acr", acr_values="phr mfa")),
        allowed(request(bearer(acr="mfa")), caller(acr="mfa")),
        route=route(needs={"acr_values": ["phr", "mfa"]}),
    )
    yield case(
        "challenge_step_up_max_age",
        "RFC 9470 section 3: how recent a sign-in would do.",
        refused(request(bearer(auth_time=NOW - 4000)), "max_age", told("max_age", max_age=600)),
        allowed(request(bearer(auth_time=NOW - 60))),
        route=route(needs={"max_age": 600}),
    )
    yield case(
        "challenge_step_up_with_metadata",
        "What the step-up needs stands before the metadata.",
        refused(request(bearer(acr="pwd")), "acr", told("acr", acr_values="mfa", resource_metadata=METADATA)),
        settings=settings(resource_metadata=METADATA),
        route=route(needs={"acr_values": ["mfa"]}),
    )


def of_needs() -> Iterator[Json]:
    yield case(
        "challenge_without_needs",
        "The scheme alone (RFC 6750 section 3).",
        refused(request(), "token_missing", "Bearer"),
    )
    yield case(
        "challenge_tells_scopes_but_no_roles",
        "RFC 6750 has no parameter for roles, permissions, tenants or plans.",
        refused(request(), "token_missing", 'Bearer scope="orders:read"'),
        refused(
            request(bearer(tenant="acme")),
            "role",
            'Bearer error="insufficient_scope", error_description="the token lacks a role"',
        ),
        allowed(
            request(bearer(roles=["editor"], permissions=["p"], tenant="acme", plan="pro")),
            caller(roles=["editor"], permissions=["p"], tenant="acme", plan="pro"),
        ),
        route=route(
            needs={
                "scopes": ["orders:read"],
                "roles": ["editor"],
                "permissions": ["p"],
                "tenants": ["acme"],
                "plans": ["pro"],
            }
        ),
    )
