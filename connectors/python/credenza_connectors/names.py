"""Where the claims of a token stand, which differs from issuer to issuer."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from credenza_connectors.caller import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from credenza import Claims

_TENANT = "{tenantid}"
_GOOGLE = ("https://accounts.google.com", "accounts.google.com")


class NamesOf:
    """The names of claims, by the issuer of a token that a validator let through."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the settings of a validator."""
        further = settings.get("issuers")
        # What is no list of settings is for the validator to refuse.
        listed = further if isinstance(further, (list, tuple)) else ()
        every = [settings, *(one for one in listed if isinstance(one, dict))]
        self._by_issuer = {str(one.get("issuer")): Names(one.get("claim_names")) for one in every}
        # An opaque token names nobody: the validator shows it to the first that is asked about such tokens.
        asked = next((one for one in every if one.get("introspection")), settings)
        self._of_opaque = self._by_issuer[str(asked.get("issuer"))]
        self._resolves = settings.get("resolve") is not None
        self._is_alone = len(every) == 1 and not self._resolves

    def __call__(self, claims: Claims) -> Names:
        """Find those of a token."""
        issuer = claims.iss
        if self._is_alone or issuer is None:
            return self._of_opaque
        found = self._by_issuer.get(issuer)
        if found is None:
            found = next((names for name, names in self._by_issuer.items() if _spells(name, issuer)), self._of_opaque)
        return found

    def may_know(self, issuer: str) -> bool:
        """Whether an issuer is one of the settings, or may be one of those that `resolve` knows."""
        return self._resolves or issuer in self._by_issuer

    def watching(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take note of what `resolve` says of issuers that the settings do not name."""
        resolve = settings.get("resolve")
        return settings if resolve is None else {**settings, "resolve": self._noting(resolve)}

    def _noting(self, resolve: Callable[[str], Any]) -> Callable[[str], Any]:
        def note(issuer: str, found: Any) -> Any:
            if isinstance(found, dict):
                self._by_issuer[issuer] = Names(found.get("claim_names"))
            return found

        async def waiting(issuer: str, found: Any) -> Any:
            return note(issuer, await found)

        def noting(issuer: str) -> Any:
            found = resolve(issuer)
            return waiting(issuer, found) if isawaitable(found) else note(issuer, found)

        return noting


def _spells(name: str, issuer: str) -> bool:
    """Whether an issuer may be spelt otherwise in the settings than in its tokens, whose `iss` was checked."""
    if _TENANT in name:
        before, _, behind = name.partition(_TENANT)
        return issuer.startswith(before) and issuer.endswith(behind)
    return name in _GOOGLE and issuer in _GOOGLE
