"""
An issuer in memory, so that the tests of an application need no network.

    issuer = TestIssuer()
    validator = issuer.validator("https://api.example")
    claims = validator.validate(issuer.mint("https://api.example", scope="read"), scopes=["read"])
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from credenza import _credenza
from credenza._asyncio import AsyncValidator
from credenza._credenza import Response
from credenza._validator import Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typing_extensions import Unpack

    from credenza._credenza import Fetch
    from credenza._host import ReplayStore
    from credenza._settings import IssuerSettings, Settings

__all__ = ["Clock", "TestIssuer"]


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: float | None = None) -> None:
        """Start at `now`, in seconds since 1970; at the system's time by default."""
        self.now = time.time() if now is None else now

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class TestIssuer:
    """Mints tokens, publishes keys and revocations, and answers what a validator fetches."""

    __test__ = False

    def __init__(self, issuer: str = "https://id.example", *, clock: Clock | None = None) -> None:
        """Make an issuer with keys of its own."""
        self.issuer = issuer
        self.clock = clock or Clock()
        self.fetched: list[str] = []
        """The URLs that were fetched."""
        self.is_down = False
        """Whether it fails to answer."""
        self._core = _credenza.TestIssuer(issuer)
        # Keys are made for the first token, and a validator that is asked whether it is ready looks for one.
        self.mint()

    def mint(
        self,
        audience: str | None = None,
        claims: dict[str, Any] | None = None,
        /,
        *,
        typ: str = "at+jwt",
        alg: str = "ES256",
        lifetime: int = 300,
        **more: Any,
    ) -> str:
        """
        Mint a token, by default an access token by RFC 9068.

        Claims are set beside the usual ones or in their place, as keywords or in a dict; `None` takes one away. `alg`
        is ES256, ES384 or EdDSA, `lifetime` in seconds.
        """
        both = {**(claims or {}), **more}
        now = int(self.clock())
        return self._core.mint(now, audience=audience, claims=both, typ=typ, alg=alg, lifetime=lifetime)

    def jwks_json(self) -> str:
        """Give the JWK set, keys rotated away included."""
        return self._core.jwks_json()

    def rotate(self, *, withdraw: bool = False) -> None:
        """Sign with new keys from now on; with `withdraw` the old ones are not published any more."""
        self._core.rotate(withdraw)
        self.mint()

    def revoke(self, **claim: str) -> None:
        """Put a claim on the revocation feed, such as `jti=...` or `sid=...`."""
        for name, value in claim.items():
            self._core.revoke(name, value)

    def fetch(self, request: Fetch) -> Response:
        """Answer a fetch of a `Validator`."""
        self.fetched.append(request.url)
        if self.is_down:
            raise ConnectionError("the issuer is down")
        status, body = self._core.respond(request.url, int(self.clock()))
        return Response(status, body.encode())

    async def async_fetch(self, request: Fetch) -> Response:
        """Answer a fetch of an `AsyncValidator`."""
        return self.fetch(request)

    def validator(
        self,
        audience: str | Sequence[str] | None = None,
        *,
        resolve: Callable[[str], IssuerSettings | None] | None = None,
        replays: ReplayStore | None = None,
        **settings: Unpack[Settings],
    ) -> Validator:
        """Make a validator that trusts this issuer and goes by its clock."""
        return Validator(
            self.issuer,
            audience,
            fetch=self.fetch,
            clock=self.clock,
            resolve=resolve,
            replays=replays,
            **settings,
        )

    def async_validator(
        self, audience: str | Sequence[str] | None = None, **settings: Unpack[Settings]
    ) -> AsyncValidator:
        """Make a validator for asyncio that trusts this issuer and goes by its clock."""
        return AsyncValidator(self.issuer, audience, fetch=self.async_fetch, clock=self.clock, **settings)
