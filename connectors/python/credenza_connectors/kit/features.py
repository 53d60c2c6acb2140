"""
What a plan includes: features that are there or not, and limits.

An address answers `GET URL?plan=pro` with a JSON object such as `{"exports": true, "projects": 3}`. It is kept for five
minutes, and used longer while the address does not answer. `drop` forgets it at once, when an event tells of a change.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import httpx2

from credenza_connectors.kept import Fetched, Kept
from credenza_connectors.kit.problem import Problem

if TYPE_CHECKING:
    from credenza_connectors.caller import Caller
    from credenza_connectors.kit.plans import Plans

_LOGGER = logging.getLogger("credenza.kit")
_TIMEOUT = 5.0
_LARGEST = 256 * 1024

Policies = dict[str, Any]


class _Features:
    def __init__(self, url: str, plans: Plans, *, lifetime: float, retry_after: float) -> None:
        self._url = url
        self._plans = plans
        self._lifetime = lifetime
        self._kept: Kept[Policies] = Kept(stale=retry_after)

    def drop(self, plan: str | None = None) -> None:
        """Forget what a plan includes, or what all do: the next request asks again."""
        self._kept.drop(plan)

    def _url_of(self, plan: str) -> str:
        return f"{self._url}{'&' if '?' in self._url else '?'}plan={quote(plan, safe='')}"

    def _read(self, answer: httpx2.Response) -> Fetched[Policies]:
        answer.raise_for_status()
        policies = answer.json() if len(answer.content) <= _LARGEST else None
        if not isinstance(policies, dict):
            raise ValueError("the features of a plan have to be a JSON object")
        return Fetched(cast("Policies", policies), self._lifetime)

    def _check_feature(self, policies: Policies, feature: str) -> None:
        if policies.get(feature) is not True:
            raise self._refused("feature_missing", "The plan does not include this", feature=feature)

    def _check_limit(self, policies: Policies, feature: str, used: int) -> None:
        limit = policies.get(feature)
        if limit is True:
            return
        if isinstance(limit, bool) or not isinstance(limit, (int, float)):
            limit = 0
        if used >= limit:
            raise self._refused(
                "limit_reached", "The limit of the plan is reached", feature=feature, limit=limit, used=used
            )

    def _refused(self, name: str, title: str, **members: Any) -> Problem:
        url = self._plans.upgrade_url
        return Problem(403, name, title=title, fields=[self._plans.link], **members, upgrade_url=url)


def _unavailable(error: Exception) -> Problem:
    _LOGGER.warning("the features of plans cannot be fetched: %s", type(error).__name__)
    fields = [("Retry-After", "5")]
    return Problem(503, "features_unavailable", title="The features of the plan are not known", fields=fields)


_FAILURES = (httpx2.HTTPError, ValueError)


class Features(_Features):
    """The features of plans, for blocking code."""

    def __init__(
        self,
        url: str,
        plans: Plans,
        *,
        client: httpx2.Client | None = None,
        lifetime: float = 300,
        retry_after: float = 5,
    ) -> None:
        """Ask that address; what fails is tried again after `retry_after` seconds, and the old serves on."""
        super().__init__(url, plans, lifetime=lifetime, retry_after=retry_after)
        self._client = client or httpx2.Client(timeout=_TIMEOUT)

    def of(self, plan: str | None) -> Policies:
        """Tell what a plan includes. Raises the problem `features_unavailable` (503)."""
        name = plan or ""
        try:
            return self._kept.get(name, lambda: self._read(self._client.get(self._url_of(name))))
        except _FAILURES as error:
            raise _unavailable(error) from error

    def need(self, caller: Caller, feature: str) -> None:
        """Insist on a feature. Raises the problem `feature_missing` (403)."""
        self._check_feature(self.of(caller.plan), feature)

    def need_room(self, caller: Caller, feature: str, used: int) -> None:
        """Insist that less than the limit is used; `true` is no limit. Raises the problem `limit_reached` (403)."""
        self._check_limit(self.of(caller.plan), feature, used)


class AsyncFeatures(_Features):
    """The features of plans, for coroutines of asyncio."""

    def __init__(
        self,
        url: str,
        plans: Plans,
        *,
        client: httpx2.AsyncClient | None = None,
        lifetime: float = 300,
        retry_after: float = 5,
    ) -> None:
        """Ask that address; `Features` says more."""
        super().__init__(url, plans, lifetime=lifetime, retry_after=retry_after)
        self._client = client or httpx2.AsyncClient(timeout=_TIMEOUT)

    async def of(self, plan: str | None) -> Policies:
        """Tell what a plan includes. Raises the problem `features_unavailable` (503)."""
        name = plan or ""

        async def fetch() -> Fetched[Policies]:
            return self._read(await self._client.get(self._url_of(name)))

        try:
            return await self._kept.get_async(name, fetch)
        except _FAILURES as error:
            raise _unavailable(error) from error

    async def need(self, caller: Caller, feature: str) -> None:
        """Insist on a feature. Raises the problem `feature_missing` (403)."""
        self._check_feature(await self.of(caller.plan), feature)

    async def need_room(self, caller: Caller, feature: str, used: int) -> None:
        """Insist that less than the limit is used; `true` is no limit. Raises the problem `limit_reached` (403)."""
        self._check_limit(await self.of(caller.plan), feature, used)
