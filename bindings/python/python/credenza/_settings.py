"""
The settings and what a route asks for: one vocabulary for every language.

Spans are in seconds. Whatever is unknown, empty or contradictory is a `SettingsError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credenza._types import Algorithm, KeyManagement, OptionalClaim, Profile


class KeyCache(TypedDict, total=False):
    """How long the issuer's keys are kept."""

    refresh_after: int
    """Age, in seconds, from which the keys are fetched again in the background (300)."""
    max_age: int
    """Age from which a check waits for new keys: a withdrawn key is accepted for this long at most (600)."""
    cooldown: int
    """Seconds between fetches that unknown `kid`s cause (30)."""
    max_stale: int
    """Age up to which old keys are used while new ones cannot be fetched; then every check is refused (3600)."""


class Dpop(TypedDict, total=False):
    """How DPoP proofs are checked (RFC 9449 section 4.3)."""

    required: bool
    """Whether bearer tokens are refused."""
    nonce: bool
    """Whether a proof must carry a nonce of this service (section 9)."""
    nonce_secret: bytes | str
    """The secret of nonces, at least 32 bytes, the same on every node; random by default. A text is base64url."""
    max_age: int
    """How old a proof, or its nonce, may be (60)."""
    algorithms: Sequence[Algorithm]
    """Accepted algorithms; every asymmetric one by default."""
    replays: int
    """How many proofs are remembered, so that none is used twice (100,000)."""
    shared_replays: bool
    """Whether the store `replays` of the validator remembers them for all nodes; so where there is one."""


class Introspection(TypedDict, total=False):
    """Introspection by the issuer (RFC 7662), for opaque tokens or for all."""

    endpoint: str
    """The endpoint, if not the one that the issuer's metadata names."""
    client_id: str
    """The client that introspects."""
    client_secret: str
    """The secret of that client."""
    cache_seconds: int
    """Seconds for which an answer is reused: a revoked token is accepted for this long at most (10)."""
    cache_size: int
    """How many answers are kept (10,000)."""
    always: bool
    """Whether JWTs are introspected too."""
    signed: bool
    """Whether signed answers are asked for, and no others accepted (RFC 9701)."""


class Revocations(TypedDict, total=False):
    """The issuer's feed of revoked tokens."""

    uri: str
    """The feed, if not the one that the issuer's metadata names."""
    interval: int
    """Seconds between fetches (5)."""
    max_stale: int
    """Age up to which an old feed is used while no new one can be fetched; then every check is refused (60)."""


class DecryptionKey(TypedDict):
    """A private key to which tokens are encrypted."""

    alg: KeyManagement
    """`RSA-OAEP-256` or `ECDH-ES`."""
    pem: str
    """The key as PEM, unencrypted PKCS#8."""


class ClaimNames(TypedDict, total=False):
    """
    The names of claims that no specification defines.

    One that begins with `/` is a JSON Pointer (RFC 6901), such as `/realm_access/roles`.
    """

    tenant: str
    organization: str
    roles: str
    permissions: str
    plan: str
    scope: str
    client: str


class IssuerSettings(TypedDict, total=False):
    """A further issuer, with whatever is its own; what concerns this service is that of the settings around it."""

    issuer: str
    """The issuer, exactly as in its tokens; not needed where `resolve` was asked about it."""
    audience: str | Sequence[str]
    """Names of this service in its tokens; by default those of the settings around it."""
    client_id: str
    """The client whose ID tokens and logout tokens are checked."""
    profile: Profile
    """The server that issues the tokens (`rfc9068`)."""
    client_ids: Sequence[str]
    """Clients whose access tokens are accepted, and no others'."""
    tenants: Sequence[str]
    """Tenants whose tokens are accepted, where the issuer has `{tenantid}` in it (Entra)."""
    algorithms: Sequence[Algorithm]
    """The signature algorithms accepted."""
    secret: bytes | str
    """A secret shared with the issuer. A text is base64url."""
    secret_text: str
    """The same as it is: the bytes of this text."""
    keys: dict[str, Any]
    """A pinned JWK set, or one JWK."""
    keys_pem: str
    """Pinned public keys or certificates as PEM."""
    jwks_uri: str
    """Where the JWK set is, if not where the issuer's metadata says."""
    token_types: Sequence[str]
    """The kinds of access token, by `typ`."""
    optional_claims: Sequence[OptionalClaim]
    """Claims of RFC 9068 that may be missing."""
    introspection: Introspection
    """Introspection at this issuer."""
    revocations: Revocations
    """This issuer's feed of revoked tokens."""
    claim_names: ClaimNames
    """The names of claims that the specifications leave open."""


class Settings(TypedDict, total=False):
    """What a validator trusts, beside the issuer and the audience."""

    client_id: str
    """The client whose ID tokens and logout tokens are checked."""
    profile: Profile
    """The server that issues the tokens, which decides what RFC 9068 leaves open (`rfc9068`)."""
    client_ids: Sequence[str]
    """Clients whose access tokens are accepted, and no others'; for Cognito in place of the audience."""
    tenants: Sequence[str]
    """Tenants whose tokens are accepted, where the issuer has `{tenantid}` in it (Entra)."""
    algorithms: Sequence[Algorithm]
    """The signature algorithms accepted: every asymmetric one by default, with a secret HS256."""
    secret: bytes | str
    """A secret shared with the issuer: then HS* alone is accepted. A text is base64url."""
    secret_text: str
    """The same as it is: the bytes of this text."""
    keys: dict[str, Any]
    """A pinned JWK set, or one JWK: then nothing is fetched."""
    keys_pem: str
    """Pinned public keys or certificates as PEM, one or several, whatever `kid` a token has."""
    jwks_uri: str
    """Where the JWK set is, if not where the issuer's metadata says."""
    token_types: Sequence[str]
    """The kinds of access token, by `typ`: the profile's by default; `JWT` admits plain ones."""
    optional_claims: Sequence[OptionalClaim]
    """Claims of RFC 9068 that may be missing: any of `sub`, `client_id`, `iat`, `jti`."""
    leeway: int
    """How far clocks may differ, 0 to 300 (30)."""
    max_token_age: int
    """How old a token may be since its `iat`."""
    max_token_bytes: int
    """How long a token may be (16,384)."""
    realm: str
    """The `realm` of challenges."""
    resource_metadata: str
    """The URL of this service's metadata, for challenges (RFC 9728 section 5.1)."""
    dpop: Dpop
    """DPoP-bound tokens; without it a bound token is refused."""
    introspection: Introspection
    """Introspection, of opaque tokens or of all."""
    revocations: Revocations
    """The issuer's feed of revoked tokens."""
    cache_size: int
    """How many verified tokens are cached (0)."""
    key_cache: KeyCache
    """How long keys are kept."""
    decryption_keys: Sequence[DecryptionKey]
    """Private keys to which tokens are encrypted."""
    claim_names: ClaimNames
    """The names of claims that the specifications leave open."""
    issuers: Sequence[IssuerSettings]
    """Further issuers whose tokens are accepted; the `iss` of a token says which of them it is of."""
    resolve_issuers: bool
    """Whether `resolve` of the validator is asked about issuers that are not named here; so where there is one."""
    allow_http: bool
    """Whether http is fetched from hosts other than this machine. For tests only."""


class Needs(TypedDict, total=False):
    """What a route asks for: the members of a `Requirement`."""

    scopes: Sequence[str] | None
    """Scopes, all of them."""
    any_scope: Sequence[str] | None
    """Scopes, at least one of them."""
    client_ids: Sequence[str] | None
    """Clients, to one of which the token was issued."""
    tenants: Sequence[str] | None
    """Tenants, to one of which the token belongs."""
    organizations: Sequence[str] | None
    """Organisations, to one of which the token belongs."""
    roles: Sequence[str] | None
    """Roles, all of them."""
    any_role: Sequence[str] | None
    """Roles, at least one of them."""
    permissions: Sequence[str] | None
    """Permissions, all of them."""
    any_permission: Sequence[str] | None
    """Permissions, at least one of them."""
    plans: Sequence[str] | None
    """Plans, one of which is subscribed to."""
    acr_values: Sequence[str] | None
    """Authentication contexts, one of which the sign-in reached (RFC 9470)."""
    max_age: int | None
    """How long ago the user may have signed in (RFC 9470)."""
    max_token_age: int | None
    """How old the token may be since its `iat`."""
    bound: bool | None
    """Whether the token must be bound to its sender (RFC 9449, RFC 8705)."""


def document(issuer: str, audience: str | Sequence[str] | None, settings: Settings) -> dict[str, Any]:
    """Write the settings as the core reads them."""
    members: dict[str, Any] = {"issuer": issuer, "audience": audience, **settings}
    if settings.get("secret") is not None:
        members["secret"] = _base64url(settings["secret"])
    if settings.get("dpop") is not None:
        members["dpop"] = _with_secret(settings["dpop"])
    if isinstance(settings.get("issuers"), (list, tuple)):
        members["issuers"] = [issuer_document(one) for one in settings["issuers"]]
    return members


def issuer_document(settings: IssuerSettings) -> Any:
    """Write the settings of a further issuer as the core reads them."""
    if not isinstance(settings, dict) or "secret" not in settings:
        return settings
    return {**settings, "secret": _base64url(settings["secret"])}


def _with_secret(dpop: Dpop) -> Any:
    if not isinstance(dpop, dict):
        return dpop
    members = cast("dict[str, Any]", {**dpop})
    if "nonce_secret" in dpop:
        members["nonce_secret"] = _base64url(dpop["nonce_secret"])
    elif dpop.get("nonce"):
        import secrets

        # Made here and not in the core, so that the processes that fork off this one share it.
        members["nonce_secret"] = _base64url(secrets.token_bytes(32))
    return members


def _base64url(secret: bytes | str) -> str:
    if not isinstance(secret, bytes):
        return secret  # Whatever it is, the core judges it.
    import base64

    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
