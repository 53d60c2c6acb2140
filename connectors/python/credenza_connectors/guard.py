"""
What all frameworks share: from a request to the validator, and from its decision to a caller or an answer.

A guard decides nothing: the validator does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from credenza import AsyncValidator, Denied, Requirement, Validator, certificate_thumbprint

from credenza_connectors import config
from credenza_connectors.caller import Caller
from credenza_connectors.keys import Keys, Trusted, ValidatorT, of_another_issuer
from credenza_connectors.log import LOGGER, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credenza import Decision
    from typing_extensions import Unpack

    from credenza_connectors.config import GuardSettings
    from credenza_connectors.request import Incoming

RETRY_AFTER = "5"
"""How soon the issuer is asked again after a failure, in seconds."""

_NOTE = "credenza.noted"

Fields = list[tuple[str, str]]


class Passed(NamedTuple):
    """A request that may pass."""

    caller: Caller | None
    """Whom it is from; nobody where the route is optional, or the request is a preflight."""
    fields: Sequence[tuple[str, str]] = (("Vary", "Authorization"),)
    """Fields for its answer, to be added to those that are there."""


class Refusal(NamedTuple):
    """A request that is refused, and its answer."""

    status: int
    fields: Fields
    body: bytes
    """Empty, but for the debug mode."""
    denied: Denied


class _Noted(NamedTuple):
    """A request whose proof of DPoP a guard has spent."""

    guard: object
    credentials: tuple[Sequence[str], Sequence[str]]
    caller: Caller

    def is_of(self, guard: object, incoming: Incoming) -> bool:
        """Whether the same guard asks again about the same credentials."""
        return self.guard is guard and self.credentials == (incoming.authorization, incoming.dpop)


class _Guard(Generic[ValidatorT]):
    """What guards with and without coroutines share."""

    def __init__(self, keys: Keys[ValidatorT], settings: config.Config[Any]) -> None:
        self.keys = keys
        self.config = settings

    def _chosen(self, incoming: Incoming) -> Trusted[ValidatorT] | None:
        if self.config.issuer_of is None:
            return self.keys.first
        found = self.keys.named(self.config.issuer_of(incoming.own))
        # A request without a token is of no issuer: it is told what is missing.
        return found if found or incoming.authorization else self.keys.first

    def _arguments(self, incoming: Incoming, requirement: Requirement | None) -> dict[str, Any]:
        url = None
        if incoming.dpop:
            url = (self.config.origin or incoming.base) + incoming.target
        certificate = incoming.certificate
        if self.config.certificate is not None:
            certificate = self.config.certificate(incoming.own)
        thumbprint = None if certificate is None else _thumbprint(certificate)
        return {
            "authorization": incoming.authorization,
            "method": incoming.method,
            "url": url,
            "dpop": incoming.dpop,
            "certificate_thumbprint": thumbprint,
            "requirement": requirement,
        }

    def _is_anonymous(self, incoming: Incoming, optional: bool) -> bool:
        """Whether a request passes without a caller. One with an empty field, or another scheme, is not anonymous."""
        return optional and not incoming.authorization

    def _is_passed_on(self, incoming: Incoming) -> bool:
        return self.config.preflight and incoming.is_preflight

    def _outcome(self, incoming: Incoming, decision: Decision, trusted: Trusted[ValidatorT]) -> Passed | Refusal:
        if not decision:
            noted: _Noted | None = incoming.memory.get(_NOTE)
            if decision.denied.rule == "dpop_replay" and noted is not None and noted.is_of(self, incoming):
                # The proof is spent after everything else was checked: nothing else is wrong, and it was this request
                # that spent it, for another guard around the same route.
                return Passed(noted.caller)
            return self._refusal(incoming, decision.denied)
        caller = Caller(decision.claims, trusted.names_of(decision.claims))
        if incoming.dpop:
            incoming.memory[_NOTE] = _Noted(self, (incoming.authorization, incoming.dpop), caller)
        nonce = decision.dpop_nonce
        if nonce is None:
            return Passed(caller)
        return Passed(caller, (("Vary", "Authorization"), ("DPoP-Nonce", nonce)))

    def _refusal(self, incoming: Incoming, denied: Denied) -> Refusal:
        tell(self.config.logger, incoming, denied)
        fields = [*denied.headers, ("Cache-Control", "no-store"), ("Vary", "Authorization")]
        if denied.status == 503:
            fields.append(("Retry-After", RETRY_AFTER))
        body = b""
        if self.config.debug:
            fields.append(("Content-Type", "application/json"))
            body = json.dumps({"rule": denied.rule, "detail": denied.detail.reason}).encode()
        return Refusal(denied.status, fields, body, denied)


def _thumbprint(certificate: str | bytes) -> str | None:
    """Name a certificate. One that cannot be read counts as none: a token that is bound to it is refused then."""
    try:
        return certificate_thumbprint(certificate)
    except ValueError:
        LOGGER.warning("a client's certificate cannot be read, and counts as none")
        return None


class Guard(_Guard[Validator]):
    """A guard for blocking code."""

    def __init__(
        self, issuer: str, audience: str | Sequence[str] | None = None, **settings: Unpack[GuardSettings]
    ) -> None:
        """Make a guard. Raises `SettingsError`, which names the setting."""
        own = config.read(issuer, audience, settings)
        super().__init__(Keys(Validator, own), own)

    def check(
        self, incoming: Incoming, requirement: Requirement | None = None, *, optional: bool = False
    ) -> Passed | Refusal:
        """Ask the validator about a request."""
        if self._is_passed_on(incoming):
            return Passed(None, ())
        if self._is_anonymous(incoming, optional):
            return Passed(None)
        trusted = self._chosen(incoming)
        if trusted is None:
            return self._refusal(incoming, of_another_issuer(self.config.validator))
        decision = trusted.validator.check(**self._arguments(incoming, requirement))
        return self._outcome(incoming, decision, trusted)


class AsyncGuard(_Guard[AsyncValidator]):
    """A guard for coroutines, in asyncio or trio."""

    def __init__(
        self, issuer: str, audience: str | Sequence[str] | None = None, **settings: Unpack[GuardSettings]
    ) -> None:
        """Make a guard. Raises `SettingsError`, which names the setting."""
        own = config.read(issuer, audience, settings)
        super().__init__(Keys(AsyncValidator, own), own)

    async def check(
        self, incoming: Incoming, requirement: Requirement | None = None, *, optional: bool = False
    ) -> Passed | Refusal:
        """Ask the validator about a request."""
        if self._is_passed_on(incoming):
            return Passed(None, ())
        if self._is_anonymous(incoming, optional):
            return Passed(None)
        trusted = self._chosen(incoming)
        if trusted is None:
            return self._refusal(incoming, of_another_issuer(self.config.validator))
        decision = await trusted.validator.check(**self._arguments(incoming, requirement))
        return self._outcome(incoming, decision, trusted)
