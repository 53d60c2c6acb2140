"""Words that have a type of their own, so that a type checker finds those that are misspelt."""

from typing import Literal, TypeAlias

Cause: TypeAlias = Literal[
    "http_status",
    "redirect",
    "html",
    "not_json",
    "malformed",
    "issuer_mismatch",
    "insecure",
    "not_offered",
    "no_keys",
    "untrusted",
    "cooldown",
    "timeout",
    "connect",
    "dns",
    "tls",
    "tls_name",
    "too_large",
    "cancelled",
    "other",
]
"""Why a document of the issuer could not be had, or was of no use."""

Profile: TypeAlias = Literal[
    "rfc9068", "generic", "keycloak", "entra", "okta", "auth0", "cognito", "google", "hydra", "dex", "spring"
]
"""The server that issues the tokens."""

Algorithm: TypeAlias = Literal[
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
    "HS256",
    "HS384",
    "HS512",
]
"""A signature algorithm, by its `alg`."""

OptionalClaim: TypeAlias = Literal["sub", "client_id", "iat", "jti"]
"""A claim of RFC 9068 that a setting may excuse."""

KeyManagement: TypeAlias = Literal["RSA-OAEP-256", "ECDH-ES"]
"""How the key of an encrypted token is agreed on, by its `alg`."""

Status: TypeAlias = Literal[400, 401, 403, 503]
"""What a refusal is answered with."""
