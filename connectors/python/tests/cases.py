"""The cases of `tests/vectors/connectors`, which every connector runs; their README says what they mean."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from credenza import Fetch, Response
from credenza.clients import FetchError

FOLDER = Path(os.environ.get("CONNECTOR_CASES") or Path(__file__).parents[3] / "tests/vectors/connectors")
CASES: list[dict[str, Any]] = [
    case for file in sorted(FOLDER.glob("*.json")) for case in json.loads(file.read_text("utf-8"))["cases"]
]


class CaseIssuer:
    """All issuers of a case: answers fetches as the case says, at its time."""

    def __init__(self, case: dict[str, Any]) -> None:
        answers = case["responses"].items()
        self.responses = {url: [*it] if isinstance(it, list) else [it] for url, it in answers}
        self.counts: dict[str, int] = {}
        self.now = case["now"]

    def clock(self) -> float:
        return float(self.now)

    def fetch(self, request: Fetch) -> Response:
        self.counts[request.url] = self.counts.get(request.url, 0) + 1
        answers = self.responses.get(request.url, [{"fails": True}])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.get("fails"):
            raise FetchError("as the case says", "other")
        return Response(answer["status"], answer["body"].encode(), content_type=answer["content_type"])

    async def async_fetch(self, request: Fetch) -> Response:
        return self.fetch(request)


def settings_of(case: dict[str, Any]) -> dict[str, Any]:
    """The settings of a guard, as keywords."""
    guard = dict(case.get("guard", {}))
    guard.pop("hosts", None)
    return {"audience": None, **case["settings"], "issuers": case.get("further", []), **guard}


def issuers_of(case: dict[str, Any]) -> list[str]:
    return [case["settings"]["issuer"], *(one["issuer"] for one in case.get("further", []))]


def shown(caller: Any) -> dict[str, Any] | None:
    """The caller as the handler of the application answers it."""
    if not caller:
        return None
    names = ("sub", "client_id", "scopes", "tenant", "organization", "roles", "permissions", "plan", "acr")
    return {name: getattr(caller, name) for name in names}


def secrets_of(step: dict[str, Any]) -> list[str]:
    """What must stand in no log and no answer: tokens, proofs, and the query."""
    request = step["request"]
    words = [
        word
        for name, value in request["headers"]
        if name.lower() in ("authorization", "dpop")
        for word in value.split()
    ]
    query = request["path"].partition("?")[2]
    return [word for word in [*words, query] if len(word) > 12]
