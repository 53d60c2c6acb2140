"""Sealed values: encrypted and authenticated by AES-256-GCM, bound to the name of what holds them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

if TYPE_CHECKING:
    from collections.abc import Sequence

_SALT = 16
_KEY = 32
_NONCE = 12


class Sealer:
    """
    Seals with the first secret, and opens what was sealed with any of them.

    Each value has a key of its own (HKDF, RFC 5869, with a random salt), so that the number of values that one secret
    may seal has no practical limit.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the secrets, the current one first."""
        self._keys = [hmac.digest(b"credenza login", key, "sha256") for key in keys]

    def seal(self, name: str, value: bytes) -> str:
        """Seal a value for the place of that name, as base64url."""
        salt = secrets.token_bytes(_SALT)
        key, nonce = _derived(self._keys[0], salt)
        return _text(salt + AESGCM(key).encrypt(nonce, value, name.encode()))

    def open(self, name: str, text: str) -> bytes | None:
        """Open a value; `None` when it was not sealed with these secrets, for that name, or was changed."""
        try:
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return None
        if len(data) <= _SALT:
            return None
        salt, sealed = data[:_SALT], data[_SALT:]
        for secret in self._keys:
            key, nonce = _derived(secret, salt)
            try:
                return AESGCM(key).decrypt(nonce, sealed, name.encode())
            except InvalidTag:
                continue
        return None


def digest(*parts: str) -> str:
    """Name something by a hash, which tells nothing of it: the parts are kept apart."""
    joined = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return _text(hashlib.sha256(joined).digest())


def _derived(secret: bytes, salt: bytes) -> tuple[bytes, bytes]:
    material = HKDFExpand(SHA256(), _KEY + _NONCE, b"credenza sealed value" + salt).derive(secret)
    return material[:_KEY], material[_KEY:]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
