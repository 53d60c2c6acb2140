"""
Signatures and encryption alone.

A right signature says nothing of who a token is for or until when it is good: services use a `Validator`.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from credenza._credenza import jose_decrypt, jose_verify, jose_verify_hmac
from credenza._errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Rejected", "decrypt", "verify", "verify_hmac"]

_PEM = re.compile(r"-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----")


def verify(token: str, jwks_json: str | bytes, algorithms: Sequence[str]) -> bytes:
    """
    Give the payload of a compact JWS that one of the public keys has signed.

    Raises `Rejected` for everything else, also for an unknown or symmetric algorithm.
    """
    return jose_verify(token, _bytes(jwks_json), list(algorithms))


def verify_hmac(token: str, secret: bytes, algorithms: Sequence[str]) -> bytes:
    """
    Give the payload of a compact JWS that has the HMAC of a secret.

    Raises `Rejected` for everything else, also for a secret that is too short or the text of a key.
    """
    return jose_verify_hmac(token, secret, list(algorithms))


def decrypt(token: str, alg: str, pem: str) -> bytes:
    """
    Give the content of a compact JWE, by a private key as PEM (unencrypted PKCS#8).

    Raises `Rejected` for everything else, with one reason for all that can be wrong inside.
    """
    found = _PEM.search(pem)
    try:
        key = base64.b64decode(found[1]) if found else b""
    except binascii.Error:
        key = b""
    return jose_decrypt(token, alg, key)


def _bytes(text: str | bytes) -> bytes:
    # A lone surrogate makes what no reader of JSON accepts.
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
