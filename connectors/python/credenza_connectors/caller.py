"""The caller: whom a request is from, as its token says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credenza import ClaimNames, Claims

_USUAL = {"tenant": "tenant", "organization": "org_id", "roles": "roles", "permissions": "permissions", "plan": "plan"}
_CLIENT = ("client_id", "azp", "cid", "appid")


class Names:
    """Where the claims of a caller stand, by the settings `claim_names` of its issuer."""

    __slots__ = ("client", "organization", "permissions", "plan", "roles", "tenant")

    def __init__(self, names: ClaimNames | None = None) -> None:
        """Take the names of the settings; those that are left out are the usual ones."""
        both: Mapping[str, Any] = {**_USUAL, **(names or {})}
        self.tenant: str = both["tenant"]
        self.organization: str = both["organization"]
        self.roles: str = both["roles"]
        self.permissions: str = both["permissions"]
        self.plan: str = both["plan"]
        self.client: tuple[str, ...] = (both["client"],) if "client" in both else _CLIENT


class Caller:
    """
    Whom a request is from. Made by a guard alone, from a token that the validator accepted.

    What the token does not say is `None` or empty, and so is a claim of another kind than it has to be.
    """

    __slots__ = ("_names", "claims")

    claims: Claims
    """All claims of the token."""

    def __init__(self, claims: Claims, names: Names) -> None:
        """Take the claims of an accepted token, and where its issuer puts them."""
        self.claims = claims
        self._names = names

    @property
    def sub(self) -> str | None:
        """The subject: the user, or the client where there is no user."""
        return self.claims.sub

    @property
    def client_id(self) -> str | None:
        """The client that the token was issued to."""
        found = (_text(_claim(self.claims, name)) for name in self._names.client)
        return next((name for name in found if name is not None), None)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that were granted."""
        return self.claims.scopes

    @property
    def tenant(self) -> str | None:
        """The tenant."""
        return _text(_claim(self.claims, self._names.tenant))

    @property
    def organization(self) -> str | None:
        """The organisation."""
        return _text(_claim(self.claims, self._names.organization))

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles."""
        return _texts(_claim(self.claims, self._names.roles))

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permissions."""
        return _texts(_claim(self.claims, self._names.permissions))

    @property
    def plan(self) -> str | None:
        """The plan that is subscribed to."""
        return _text(_claim(self.claims, self._names.plan))

    @property
    def acr(self) -> str | None:
        """The authentication context that the sign-in reached (RFC 9470)."""
        return self.claims.acr

    @property
    def is_user(self) -> bool:
        """Whether there is a user: a token of `client_credentials` has its client as subject (RFC 9068 section 2.2)."""
        return self.sub is not None and self.sub != self.client_id

    def __repr__(self) -> str:
        """Show no claims: they are personal data."""
        return "<Caller>"


def _claim(claims: Claims, name: str) -> Any:
    """Find a claim by its name, or by a JSON Pointer (RFC 6901) where the name begins with a slash."""
    if not name.startswith("/"):
        return claims.get(name)
    found: Any = claims.to_dict()
    for part in name[1:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(key)
        elif isinstance(found, list) and key.isascii() and key.isdigit() and (key == "0" or key[0] != "0"):
            found = found[int(key)] if int(key) < len(found) else None
        else:
            return None
    return found


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> tuple[str, ...]:
    """Read a list of texts, or one text with spaces between."""
    if isinstance(value, str):
        return tuple(one for one in value.split(" ") if one)
    if isinstance(value, list):
        return tuple(one for one in value if isinstance(one, str))
    return ()
