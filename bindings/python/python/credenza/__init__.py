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

from credenza import _credenza, _log
from credenza._asyncio import AsyncValidator
from credenza._credenza import (
    Allowed,
    Claims,
    Fetch,
    Refused,
    Requirement,
    Response,
    after_fork,
    certificate_thumbprint,
)
from credenza._errors import CredenzaError, Denied, Detail, IssuerError, SettingsError, Trouble
from credenza._host import AsyncReplayStore, ReplayStore
from credenza._settings import (
    ClaimNames,
    DecryptionKey,
    Dpop,
    Introspection,
    IssuerSettings,
    KeyCache,
    Needs,
    Revocations,
    Settings,
)
from credenza._validator import Decision, Validator

__all__ = [
    "Allowed",
    "AsyncReplayStore",
    "AsyncValidator",
    "ClaimNames",
    "Claims",
    "CredenzaError",
    "Decision",
    "DecryptionKey",
    "Denied",
    "Detail",
    "Dpop",
    "Fetch",
    "Introspection",
    "IssuerError",
    "IssuerSettings",
    "KeyCache",
    "Needs",
    "Refused",
    "ReplayStore",
    "Requirement",
    "Response",
    "Revocations",
    "Settings",
    "SettingsError",
    "Trouble",
    "Validator",
    "__version__",
    "certificate_thumbprint",
]

__version__ = _credenza.VERSION

Mapping.register(Claims)

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=after_fork)
    os.register_at_fork(after_in_child=_log.renew)
