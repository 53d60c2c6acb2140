"""Tokens of other servers, by profile: the scopes and the client where that server puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .case import allowed, bearer, caller, case, challenge, refused, request, route, settings
from .tokens import Json, token

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Profiles: tokens in the shape of other servers, and those servers' tokens that are no access tokens"

NEEDS = route(needs={"scopes": ["orders:read"]})


class Profile(NamedTuple):
    """The header and the claims of a server's access token, beside `iss`, `sub`, `aud`, `iat` and `exp`."""

    header: Json
    claims: Json


PLAIN = {"typ": "JWT"}
PROFILES = {
    "keycloak": Profile(PLAIN, {"typ": "Bearer", "azp": "client-1", "scope": "orders:read"}),
    "entra": Profile(PLAIN, {"azp": "client-1", "scp": "orders:read"}),
    "okta": Profile(PLAIN, {"cid": "client-1", "scp": ["orders:read"], "ver": 1}),
    "auth0": Profile(PLAIN, {"azp": "client-1", "scope": "orders:read"}),
    "hydra": Profile(PLAIN, {"client_id": "client-1", "scp": ["orders:read"]}),
    "spring": Profile(PLAIN, {"client_id": "client-1", "scope": ["orders:read"]}),
    "generic": Profile(PLAIN, {"cid": "client-1", "scp": ["orders:read"]}),
    "cognito": Profile(PLAIN, {"client_id": "client-1", "scope": "orders:read", "token_use": "access"}),
}
BARE: Json = {"client_id": None, "jti": None, "scope": None}


def of(profile: Profile, **claims: Any) -> tuple[str, str]:
    return bearer(token(profile.header, **{**BARE, **profile.claims, **claims}))


def cases() -> Iterator[Json]:
    for name, profile in PROFILES.items():
        by = {"client_ids": ["client-1"], "audience": None} if name == "cognito" else {}
        aud = {"aud": None} if name == "cognito" else {}
        lacking = {"scp" if "scp" in profile.claims else "scope": "profile"}
        yield case(
            f"profile_{name}",
            "The server's access token is accepted, with its scopes and its client; one without the scope is not.",
            allowed(request(of(profile, **aud)), caller(scopes=["orders:read"])),
            refused(request(of(profile, **aud, **lacking)), "scope", challenge("scope", scope="orders:read")),
            refused(request(of(profile, **aud, exp=1)), "exp"),
            settings=settings(profile=name, **by),
            route=NEEDS,
        )
        yield case(
            f"profile_{name}_is_not_assumed",
            "Without the profile, tokens have to follow RFC 9068.",
            refused(request(of(profile)), "typ"),
            allowed(request(bearer())),
            route=NEEDS,
        )
    keycloak = PROFILES["keycloak"]
    yield case(
        "profile_keycloak_roles",
        "Roles where Keycloak puts them.",
        allowed(
            request(of(keycloak, realm_access={"roles": ["editor"]})), caller(scopes=["orders:read"], roles=["editor"])
        ),
        refused(request(of(keycloak, realm_access={"roles": ["reader"]})), "role"),
        settings=settings(profile="keycloak", claim_names={"roles": "/realm_access/roles"}),
        route=route(needs={"roles": ["editor"]}),
    )
    yield case(
        "profile_keycloak_id_token",
        "Its ID tokens are no access tokens.",
        refused(request(of(keycloak, typ="ID")), "typ"),
        allowed(request(of(keycloak)), caller(scopes=["orders:read"])),
        settings=settings(profile="keycloak"),
    )
