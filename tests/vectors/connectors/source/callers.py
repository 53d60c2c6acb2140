"""The caller: what a token says of whom a request is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .case import allowed, bearer, caller, case, refused, request, route, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tokens import Json

ABOUT = "The caller of an allowed request, from the claims that the settings name; machine callers"

POINTERS = {
    "tenant": "/org/tenant",
    "organization": "https://id.example/organization",
    "roles": "/realm_access/roles",
    "permissions": "/resource_access/api~1orders/permissions",
    "plan": "subscription",
    "client": "cid",
}


def cases() -> Iterator[Json]:
    full: Json = {
        "tenant": "acme",
        "org_id": "org-1",
        "roles": ["editor", "author"],
        "permissions": ["orders.read"],
        "plan": "pro",
        "acr": "mfa",
    }
    told = {**full, "organization": "org-1"}
    told.pop("org_id")
    yield case("caller_full", "Every member from its usual claim.", allowed(request(bearer(**full)), caller(**told)))
    yield case("caller_plain", "What the token does not say is absent.", allowed(request(bearer())))
    yield case(
        "caller_claim_names",
        "From the claims that `claim_names` names, with a slash by a JSON Pointer (RFC 6901), not from the usual ones.",
        allowed(
            request(
                bearer(
                    **full,
                    org={"tenant": "globex"},
                    **{"https://id.example/organization": "org-9"},
                    realm_access={"roles": ["admin"]},
                    resource_access={"api/orders": {"permissions": ["p", "q"]}},
                    subscription="team",
                    cid="client-9",
                )
            ),
            caller(
                client_id="client-9",
                tenant="globex",
                organization="org-9",
                roles=["admin"],
                permissions=["p", "q"],
                plan="team",
                acr="mfa",
            ),
        ),
        allowed(request(bearer(**full)), caller(client_id=None, acr="mfa")),
        settings=settings(claim_names=POINTERS),
    )
    yield case(
        "caller_claim_names_are_what_is_checked",
        "The need is compared with the same claim that the caller shows.",
        allowed(request(bearer(realm_access={"roles": ["admin"]})), caller(roles=["admin"])),
        refused(request(bearer(roles=["admin"])), "role"),
        settings=settings(claim_names={"roles": "/realm_access/roles"}),
        route=route(needs={"roles": ["admin"]}),
    )
    yield case(
        "caller_roles_as_text",
        "Roles and permissions may be one text with spaces between.",
        allowed(
            request(bearer(roles="editor author", permissions="p")),
            caller(roles=["editor", "author"], permissions=["p"]),
        ),
    )
    yield case(
        "caller_claims_of_another_kind",
        "What is of another kind than it has to be is absent; nothing fails.",
        allowed(request(bearer(tenant=7, org_id=["a"], roles={"a": 1}, permissions=None, plan=True)), caller()),
        allowed(request(bearer(roles=["editor", 7, None, ["x"]], permissions=7)), caller(roles=["editor"])),
    )
    yield case(
        "caller_scopes",
        "Scopes are separated by spaces, however many.",
        allowed(request(bearer(scope="  a   b:c ")), caller(scopes=["a", "b:c"])),
        allowed(request(bearer(scope="")), caller(scopes=[])),
    )
    yield case(
        "caller_of_client_credentials",
        "A token without a user: its subject is the client (RFC 9068 section 2.2).",
        allowed(request(bearer(sub="client-1", scope="orders:read")), caller(sub="client-1", scopes=["orders:read"])),
        route=route(needs={"scopes": ["orders:read"]}),
    )
    yield case(
        "caller_of_client_credentials_without_a_sign_in",
        "It can reach no authentication context: 401 and no 500.",
        refused(
            request(bearer(sub="client-1")),
            "acr",
            'Bearer error="insufficient_user_authentication", '
            'error_description="a different authentication level is required", acr_values="mfa"',
        ),
        route=route(needs={"acr_values": ["mfa"]}),
    )
    yield case(
        "caller_client_by_azp",
        "A token that names its client as `azp` alone.",
        allowed(request(bearer(client_id=None, azp="client-7")), caller(client_id="client-7")),
        settings=settings(optional_claims=["client_id"]),
    )
    yield case(
        "caller_of_one_request_is_not_that_of_the_next",
        "On one connection, several callers after each other.",
        allowed(request(bearer(sub="ann")), caller(sub="ann")),
        allowed(request(bearer(sub="bob", tenant="acme")), caller(sub="bob", tenant="acme")),
        allowed(request(), None),
        refused(request(bearer(sub="eve", exp=1)), "exp"),
        allowed(request(bearer(sub="ann")), caller(sub="ann")),
        route=route(optional=True),
        attacks=("A249",),
    )
    yield case(
        "caller_text_beyond_ascii",
        "Claims are Unicode, and are not changed.",
        allowed(
            request(bearer(sub="Ann-Kathrin Øster \u4f8b \U0001f511", tenant="e\u0301")),
            caller(sub="Ann-Kathrin Øster \u4f8b \U0001f511", tenant="e\u0301"),
        ),
    )
    yield case(
        "caller_verified_tokens_are_cached",
        "With the cache of verified tokens the answer is the same, until the token expires.",
        allowed(request(bearer(roles=["editor"])), caller(roles=["editor"])),
        allowed(request(bearer(roles=["editor"])), caller(roles=["editor"])),
        {**refused(request(bearer(roles=["editor"])), "exp"), "now": 1_800_000_321},
        settings=settings(cache_size=100),
    )
