"""
Checks access tokens, ID tokens and logout tokens of Credenza and of any standard OpenID Connect issuer.

    from credenza import Denied, Validator

    validator = Validator("https://id.example", "https://api.example")
    try:
        claims = validator.validate(token, scopes=["read"])
    except Denied as denied:
        ...  # answer denied.status with denied.headers
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from credenza._asyncio import AsyncValidator
from credenza._credenza import Claims, Decision, Fetch, Requirement, Response, after_fork, certificate_thumbprint
from credenza._errors import CredenzaError, Denied, SettingsError
from credenza._settings import (
    ClaimNames,
    DecryptionKey,
    Dpop,
    Introspection,
    KeyCache,
    Needs,
    Revocations,
    Settings,
)
from credenza._validator import Validator

__all__ = [
    "AsyncValidator",
    "ClaimNames",
    "Claims",
    "CredenzaError",
    "Decision",
    "DecryptionKey",
    "Denied",
    "Dpop",
    "Fetch",
    "Introspection",
    "KeyCache",
    "Needs",
    "Requirement",
    "Response",
    "Revocations",
    "Settings",
    "SettingsError",
    "Validator",
    "certificate_thumbprint",
]

Mapping.register(Claims)

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=after_fork)
