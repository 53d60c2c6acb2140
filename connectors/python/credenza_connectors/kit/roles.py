"""What roles permit (RBAC)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credenza_connectors.kit.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from credenza_connectors.caller import Caller

_EVERYTHING = "*"


class Roles:
    """
    A map from roles to their permissions, in which `*` permits everything.

    A role that the map does not have permits nothing. Permissions of the token itself count too.
    """

    def __init__(self, permissions: Mapping[str, Sequence[str]]) -> None:
        """Take the map."""
        self._permissions = {role: frozenset(listed) for role, listed in permissions.items()}

    def permits(self, caller: Caller, permission: str) -> bool:
        """Tell whether a caller may do something."""
        if permission in caller.permissions:
            return True
        granted = (self._permissions.get(role, frozenset()) for role in caller.roles)
        return any(permission in one or _EVERYTHING in one for one in granted)

    def need(self, caller: Caller, permission: str) -> None:
        """Insist on it. Raises the problem `permission_missing` (403)."""
        if not self.permits(caller, permission):
            raise Problem(403, "permission_missing", title="A permission is missing", permission=permission)
