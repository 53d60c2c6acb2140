"""
Tokens and proofs of the cases, signed by the keys of the validator's vectors, which are worth nothing.

A key is the hash of its name, as in `bindings/validator/tests/vectors/keys.rs`, and a signature is made without
randomness (RFC 6979), so that a case that is not changed stays the same.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

NOW = 1_800_000_000
ISSUER = "https://id.example"
AUDIENCE = "https://api.example"
OWN = "es256-1"
CLIENTS = "client"
NONCE_SECRET = bytes(range(32))

Json = dict[str, Any]


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@functools.cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    seed = hashlib.sha256(f"credenza vectors: {name}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(seed, "big"), ec.SECP256R1())


def bare_jwk(name: str) -> dict[str, str]:
    numbers = key(name).public_key().public_numbers()
    x, y = (base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def jwk(name: str, kid: str | None = None) -> dict[str, str]:
    return {"alg": "ES256", **bare_jwk(name), "kid": kid or name, "use": "sig"}


def jwks(*names: str) -> Json:
    return {"keys": [jwk(name) for name in names]}


def thumbprint(name: str) -> str:
    """RFC 7638."""
    return base64url(hashlib.sha256(compact(bare_jwk(name))).digest())


def signed(header: Json, claims: Json | bytes, by: str) -> str:
    payload = claims if isinstance(claims, bytes) else compact(claims)
    text = f"{base64url(compact(header))}.{base64url(payload)}"
    signature = key(by).sign(text.encode(), ec.ECDSA(SHA256(), deterministic_signing=True))
    r, s = utils.decode_dss_signature(signature)
    return f"{text}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def without(claims: Json) -> Json:
    """Leaves out what a case sets to `None`."""
    return {name: value for name, value in claims.items() if value is not None}


def usual_claims(now: int = NOW, **claims: Any) -> Json:
    usual = {
        "iss": ISSUER,
        "sub": "user-1",
        "aud": AUDIENCE,
        "client_id": "client-1",
        "iat": now - 10,
        "exp": now + 290,
        "jti": "token-1",
        "scope": "orders:read orders:write",
    }
    return without({**usual, **claims})


def token(header: Json | None = None, by: str = OWN, now: int = NOW, **claims: Any) -> str:
    """An access token (RFC 9068), with the claims of a case beside the usual ones or in their place."""
    usual = {"alg": "ES256", "kid": by, "typ": "at+jwt"}
    return signed(without({**usual, **(header or {})}), usual_claims(now, **claims), by)


def bound(jkt: str | None = None, **claims: Any) -> str:
    """An access token that is bound to the client's key (RFC 9449 section 6.1)."""
    return token(cnf={"jkt": jkt or thumbprint(CLIENTS)}, **claims)


def proof(access_token: str, header: Json | None = None, by: str = CLIENTS, **claims: Any) -> str:
    """A DPoP proof (RFC 9449 section 4.2), for GET on the route of most cases."""
    usual_header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": bare_jwk(by)}
    usual = {
        "jti": "proof-1",
        "htm": "GET",
        "htu": f"{AUDIENCE}/orders",
        "iat": NOW,
        "ath": base64url(hashlib.sha256(access_token.encode()).digest()),
    }
    return signed(without({**usual_header, **(header or {})}), without({**usual, **claims}), by)


def nonce(made: int = NOW, secret: bytes = NONCE_SECRET) -> str:
    """A nonce of the service: when it was made, and a MAC over that."""
    octets = made.to_bytes(8, "big")
    return base64url(octets + hmac.digest(secret, octets, "sha256"))


def feed(*revoked: Json, now: int = NOW) -> str:
    """The issuer's feed of revoked tokens."""
    claims = {"iss": ISSUER, "iat": now, "exp": now + 60, "revoked": list(revoked)}
    return signed({"alg": "ES256", "kid": OWN, "typ": "revocations+jwt"}, claims, OWN)
