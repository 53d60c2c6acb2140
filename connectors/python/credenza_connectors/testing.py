"""
Tests of applications: an issuer in memory in the place of the real one. No network, and no change of the application.

    def test_orders(credenza_issuer):           # a fixture of pytest, which this package registers
        answer = client.get("/orders", headers=credenza_issuer.sign(scope="orders:read", sub="ann"))

Without pytest:

    with stand_in("https://id.example", "https://api.example") as issuer:
        client.get("/orders", headers=issuer.sign(scope="orders:read"))

Every guard of the process takes it for the real issuer of that name.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from credenza.testing import Clock, TestIssuer

from credenza_connectors import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Clock", "Issuer", "stand_in"]


class Issuer(TestIssuer):
    """An issuer in memory that signs requests."""

    def __init__(self, issuer: str, audience: str, *, clock: Clock | None = None) -> None:
        """Make the issuer of that name, for the service of that name."""
        super().__init__(issuer, clock=clock)
        self.audience = audience

    def sign(self, **claims: Any) -> dict[str, str]:
        """Make the fields of a request, with an access token that has these claims, as `TestIssuer.mint` does."""
        return {"Authorization": f"Bearer {self.mint(self.audience, **claims)}"}


@contextmanager
def stand_in(issuer: str, audience: str, *, clock: Clock | None = None) -> Iterator[Issuer]:
    """Put an issuer in memory in the place of the real one, for every guard of this process."""
    made = Issuer(issuer, audience, clock=clock)
    keys.stand_ins[issuer] = made
    _renew()
    try:
        yield made
    finally:
        del keys.stand_ins[issuer]
        _renew()


def _renew() -> None:
    for one in list(keys.every):
        one.renew()
