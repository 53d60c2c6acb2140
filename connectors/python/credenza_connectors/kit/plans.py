"""What is for subscribers of some plans alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credenza import SettingsError

from credenza_connectors.kit.problem import Problem

if TYPE_CHECKING:
    from credenza_connectors.caller import Caller
    from credenza_connectors.kit.problem import Field


class Plans:
    """The gate, and where a plan can be changed."""

    def __init__(self, upgrade_url: str) -> None:
        """Take the URL of a page on which people change their plan."""
        if not upgrade_url.startswith(("https://", "http://")) or set(upgrade_url) & set('<>" \r\n'):
            raise SettingsError("upgrade_url", "has to be a URL such as https://app.example/upgrade")
        self.upgrade_url = upgrade_url

    @property
    def link(self) -> Field:
        """The link to that page, as a field (RFC 8288)."""
        return "Link", f'<{self.upgrade_url}>; rel="payment"'

    def need(self, caller: Caller, *plans: str) -> None:
        """Insist on one of the plans. Raises the problem `plan_required` (403)."""
        if caller.plan in plans:
            return
        raise Problem(
            403,
            "plan_required",
            title="Another plan is needed",
            fields=[self.link],
            plan=caller.plan,
            plans=list(plans),
            upgrade_url=self.upgrade_url,
        )
