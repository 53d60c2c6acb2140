"""What a type checker knows after a look at a decision. Read by mypy and pyright, and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credenza import AsyncValidator, Claims, Decision, Requirement, Validator
from credenza.testing import TestIssuer

if TYPE_CHECKING:
    from collections.abc import Callable

issuer = TestIssuer()
validator: Validator = issuer.validator("https://api.example")
later: AsyncValidator = issuer.async_validator("https://api.example")


def by_truth(decision: Decision) -> Claims:
    if not decision:
        raise decision.denied
    return decision.claims


def by_denied(decision: Decision) -> Claims:
    if decision.denied is not None:
        raise decision.denied
    return decision.claims


def by_claims(decision: Decision) -> str | None:
    if decision.claims is None:
        return decision.denied.www_authenticate
    return decision.claims.sub


def by_allowed(decision: Decision) -> Claims:
    if decision.allowed is False:
        raise decision.denied
    return decision.claims


async def awaited(authorization: str) -> Claims:
    decision = await later.check(authorization, requirement=Requirement(scopes=["read"]))
    if not decision:
        raise decision.denied
    return decision.claims


good = f"Bearer {issuer.mint('https://api.example')}"
ways: tuple[Callable[[Decision], Claims], ...] = (by_truth, by_denied, by_allowed)
for way in ways:
    claims: Claims = way(validator.check(good))
    assert claims.sub == "user"
assert by_claims(validator.check(good)) == "user"
assert by_claims(validator.check(None)) == "Bearer"
